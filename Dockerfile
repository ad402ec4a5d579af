FROM python:3.11-slim-bookworm

ENV PYTHONUNBUFFERED=1 PYTHONDONTWRITEBYTECODE=1 PIP_NO_CACHE_DIR=1 DATA_DIR=/data

RUN apt-get update \
    && DEBIAN_FRONTEND=noninteractive apt-get install -y --no-install-recommends chromium chromium-driver tini \
    && rm -rf /var/lib/apt/lists/* \
    && useradd --system --uid 10001 --create-home bot \
    && install -d -o bot -g bot -m 0700 /data

WORKDIR /app
COPY requirements.txt .
RUN pip install --disable-pip-version-check -r requirements.txt
COPY . .

USER bot
VOLUME /data
EXPOSE 8000

# A proxy in front may have turned HTTPS on; the probe then speaks for it.
HEALTHCHECK --interval=30s --timeout=5s --start-period=20s CMD ["python", "-c", "import urllib.request as r; r.urlopen(r.Request('http://127.0.0.1:8000/health', headers={'X-Forwarded-Proto': 'https'}), timeout=4)"]

# tini collects the browser's processes that outlive their parents.
ENTRYPOINT ["tini", "--", "python"]
CMD ["-m", "gunicorn", "--no-control-socket", "--config", "python:linkedin_bot.serving", "--bind", "0.0.0.0:8000", "linkedin_bot.wsgi"]
