# The same image runs every process; docker-compose.yml names the commands.
FROM python:3.11-slim AS build
RUN python -m venv /venv
ENV PATH=/venv/bin:$PATH PIP_DISABLE_PIP_VERSION_CHECK=1 PIP_NO_CACHE_DIR=1
COPY requirements.txt .
RUN pip install --quiet -r requirements.txt

FROM python:3.11-slim
RUN useradd --system --uid 10001 --home-dir /app --shell /usr/sbin/nologin sightline \
    && install --directory --owner sightline /app /data
ENV PATH=/venv/bin:$PATH PYTHONUNBUFFERED=1 PYTHONDONTWRITEBYTECODE=1 \
    DATA_DIR=/data HOME=/tmp
COPY --from=build /venv /venv
WORKDIR /app
COPY . .
USER sightline
VOLUME /data
EXPOSE 8000
CMD ["uvicorn", "config.asgi:application", "--host", "0.0.0.0", "--port", "8000", \
     "--ws", "websockets-sansio", "--ws-per-message-deflate", "false", \
     "--ws-max-size", "262144", "--no-server-header", "--no-proxy-headers", "--no-access-log", \
     "--timeout-graceful-shutdown", "10"]
