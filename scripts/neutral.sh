# Sets what would make a check depend on this machine's configuration to its default; to be sourced.
# What is set in the environment, even to nothing, wins over a .env file.
export DJANGO_SETTINGS_MODULE=tests.settings
export SECRET_KEY=not-secret-but-long-enough-for-every-check-of-this-project-8d1f0c
export REDIS_URL= SESSION_KEYS= SELENIUM_REMOTE_URL= CSRF_TRUSTED_ORIGINS=
export DEBUG=false HTTPS=false HEADLESS=true REHEARSAL=false DRIVER_DOWNLOADS=false
export NETWORK_URL=https://www.linkedin.com ALLOWED_HOSTS=localhost,127.0.0.1 LOG_LEVEL=INFO
