# Starts Redis with its settings on standard input: a password on the command line could be read by anybody.
exec redis-server - <<SETTINGS
bind 127.0.0.1
port $PORT
dir /data
appendonly yes
requirepass $(cat /run/secrets/redis-password)
SETTINGS
