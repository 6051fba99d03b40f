#!/usr/bin/env bash
# A reporter in plain curl: takes one order after the other, counts its lines, hands in
# a receipt. Needs curl and jq.
#
#   SIGHTLINE=http://127.0.0.1:8000 NAME=admin PASSWORD=admin ./reporter.sh
#
# ONCE=1 ends it after one order, or at once when none waits.
set -euo pipefail

SIGHTLINE=${SIGHTLINE:-http://127.0.0.1:8000}
OPERATION=${OPERATION:-orders.process}
FOLDER=$(mktemp -d)
trap 'rm -r "$FOLDER"' EXIT

# An access token lasts minutes, so each order gets a new one. A service may use an API
# token instead, which an operator makes in the admin: TOKEN=… ./reporter.sh
sign_in() {
    [ -n "${NAME:-}" ] || return 0
    TOKEN=$(jq -n --arg n "$NAME" --arg p "$PASSWORD" '{username: $n, password: $p}' |
        curl -sS --fail-with-body -H 'Content-Type: application/json' -d @- \
            "$SIGHTLINE/api/v1/auth/token/" | jq -r .access)
}

# call METHOD PATH [curl's options]; prints the answer, fails on a refusal
call() {
    local method=$1 path=$2
    shift 2
    curl -sS --fail-with-body --retry 5 --retry-connrefused -X "$method" \
        -H "Authorization: Bearer $TOKEN" "$@" "$SIGHTLINE/api/v1/$path"
}

# tell '{"step": …}': a report with the proof of the attempt and the next number; the
# answer is in $FOLDER/answer. The number makes it safe to send twice, which --retry does
# when an answer is lost.
NUMBER=0
tell() {
    NUMBER=$((NUMBER + 1))
    jq -n --argjson proof "$PROOF" --argjson number $NUMBER --argjson told "$1" \
        '$proof + {number: $number} + $told' >"$FOLDER/report"
    call PATCH "tasks/$ID/" -H 'Content-Type: application/json' \
        -d "@$FOLDER/report" >"$FOLDER/answer"
}

# Obeys a cancel or a pause that the last answer told of.
stop_if_asked() {
    case $(jq -r '"\(.cancel_requested) \(.pause_requested)"' "$FOLDER/answer") in
        true\ *) tell '{"status": "cancelled"}' ;;
        *\ true) tell '{"status": "paused"}' ;;
        *) return 1 ;;
    esac
}

work() {
    local lines total=0
    call GET "tasks/$ID/upload/" -o "$FOLDER/order"
    lines=$(wc -l <"$FOLDER/order")
    tell '{"step": "counting", "message": "Counting the lines"}'
    while read -r _; do
        total=$((total + 1))
        [ $((total % 10)) -eq 0 ] || continue
        tell "{\"progress\": {\"current\": $total, \"total\": $lines}}"
        if stop_if_asked; then return; fi
    done <"$FOLDER/order"
    printf 'Received with thanks: %s lines.\n' "$total" >"$FOLDER/receipt.txt"
    call POST "tasks/$ID/artifacts/" -F "file=@$FOLDER/receipt.txt;type=text/plain" \
        -F "attempt=$(jq .attempt <<<"$PROOF")" \
        -F "lease_token=$(jq -r .lease_token <<<"$PROOF")" >"$FOLDER/attached"
    tell "{\"status\": \"completed\", \"result\": {\"lines\": $total}}"
}

while true; do
    sign_in
    ID=$(call GET "tasks/?claimable=1&operation=$OPERATION&page_size=1" |
        jq -r '.results[0].id // empty')
    if [ -z "$ID" ]; then
        [ -z "${ONCE:-}" ] || exit 0
        sleep 2
        continue
    fi
    # Somebody else may be faster: then the claim is refused, and we look again.
    if CLAIMED=$(call POST "tasks/$ID/claim/" -H 'Content-Type: application/json' \
        -d '{"worker": "reporter.sh", "lease_seconds": 60}'); then
        PROOF=$(jq '{attempt, lease_token}' <<<"$CLAIMED")
        NUMBER=0
        work
        jq -r '"\(.title): \(.status)"' "$FOLDER/answer"
        [ -z "${ONCE:-}" ] || exit 0
    fi
done
