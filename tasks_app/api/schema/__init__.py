"""The OpenAPI document: what each call takes and answers.

Views say nothing of it. Each route has a row in `calls`; what all have in common, such
as the problem documents, is added by rule in `document`.
"""
