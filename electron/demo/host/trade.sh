#!/bin/sh
# The demo's stand-in for an application server's own scripts: a real process with a real pid, log and port.
# usage: trade start | stop | status | get PATH
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

case "$1" in
  start)
    if alive; then
      echo "trade is already running with pid $(cat "$pid_file"); stop it first" >&2
      exit 1
    fi
    # The whole path, so that whoever looks for this process finds this one and no other host's.
    perl "$HOME/bin/server.pl" </dev/null >>"$log" 2>&1 &
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
  *)
    echo "usage: trade start | stop | status | get PATH" >&2
    exit 2
    ;;
esac
