#!/bin/sh
# The demo's stand-in for an application server's own scripts: a real process with a real pid, log and port.
# usage: trade start | stop | status | get PATH | watch SECONDS | sql FILE | undo FILE | orders
cd "$HOME" || exit 1
pid_file=run/trade.pid
log=logs/catalina.out

# A zombie (in a container whose first process reaps nobody) has ended, although kill -0 still finds it.
lives() {
  kill -0 "$1" 2>/dev/null || return 1
  [ ! -r "/proc/$1/stat" ] || ! grep -q ') Z ' "/proc/$1/stat"
}

alive() {
  [ -f "$pid_file" ] && lives "$(cat "$pid_file")"
}

# Lines with an exception that is not on the list of usual ones.
unknown_exceptions() {
  grep -E '(Exception|Error):' "$1" | grep -v -F -f conf/known-exceptions.txt
}

case "$1" in
  start)
    if alive; then
      echo "trade is already running with pid $(cat "$pid_file"); stop it first" >&2
      exit 1
    fi
    perl bin/server.pl </dev/null >>"$log" 2>&1 &
    echo $! >"$pid_file"
    echo "Starting trade $(sed -n 's/^Implementation-Version: //p' webapps/trade.war) with pid $!"
    ;;
  stop)
    if ! alive; then
      echo "trade is not running"
      exit 0
    fi
    pid=$(cat "$pid_file")
    kill -TERM "$pid"
    echo "Asked pid $pid to finish its orders and stop"
    tries=0
    while lives "$pid"; do
      tries=$((tries + 1))
      if [ "$tries" -gt 50 ]; then
        echo "pid $pid is still there after 10 seconds" >&2
        exit 1
      fi
      sleep 0.2
    done
    rm -f "$pid_file"
    echo "pid $pid has ended"
    ;;
  status)
    if alive; then echo "process: $(cat "$pid_file")"; else echo "process: gone"; fi
    if perl bin/get.pl /h5/ping >/dev/null 2>&1; then echo "port: open"; else echo "port: closed"; fi
    ;;
  get)
    perl bin/get.pl "$2"
    ;;
  watch)
    # Everything since the last start, then what arrives while we look.
    first=$(grep -n 'Starting trade' "$log" | tail -n 1 | cut -d: -f1)
    second=0
    while [ "$second" -lt "$2" ]; do
      last=$(wc -l <"$log" | tr -d ' ')
      if [ "$first" -le "$last" ]; then sed -n "${first},${last}p" "$log"; fi
      first=$((last + 1))
      second=$((second + 1))
      sleep 1
    done
    unknown_exceptions "$log" >run/unknown.txt
    sed 's/^/NEW  /' run/unknown.txt
    echo "$(wc -l <run/unknown.txt | tr -d ' ') new exceptions in $2 seconds"
    ;;
  sql)
    script=$(basename "$2")
    { echo "-- applied $script"; cat "$2"; } >>db/applied.sql || exit 1
    # What the script does to the stand-in table: every order gets a channel.
    sed 's/,$/,h5/' db/orders.csv >db/orders.new && mv db/orders.new db/orders.csv || exit 1
    echo "applied $script, $(wc -l <db/orders.csv | tr -d ' ') rows changed"
    ;;
  undo)
    script=$(basename "$2")
    sed "s/^-- applied $script\$/-- undone $script/" db/applied.sql >db/applied.new && mv db/applied.new db/applied.sql || exit 1
    sed 's/,h5$/,/' db/orders.csv >db/orders.new && mv db/orders.new db/orders.csv || exit 1
    echo "undone $script"
    ;;
  orders)
    echo "{\"orders\": $(wc -l <db/orders.csv | tr -d ' '), \"withoutChannel\": $(grep -c ',$' db/orders.csv)}"
    ;;
  *)
    echo "usage: trade start | stop | status | get PATH | watch SECONDS | sql FILE | undo FILE | orders" >&2
    exit 2
    ;;
esac
