# A place of its own in $scratch, removed when the script ends, with a neutral configuration; to be sourced.
scratch=$(mktemp -d -t linkedin_bot.XXXXXXXX)
trap 'rm -rf -- "$scratch"' EXIT
# shellcheck source=scripts/neutral.sh
. scripts/neutral.sh
export DATA_DIR="$scratch/var" DATABASE_URL="sqlite:///$scratch/var/db.sqlite3"
