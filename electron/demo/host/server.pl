# The demo's service: starts slowly, logs its usual exceptions, answers HTTP on 127.0.0.1, drains when asked to stop.
# It ends by itself when the demo's process or folder is gone, so that nothing is left behind after a crash.
use strict;
use warnings;
use Socket;
use POSIX qw(strftime);

$| = 1;
my $demo = $ENV{COUNTERSIGN_DEMO_PID};
my $host = $ENV{COUNTERSIGN_DEMO_HOST};
my $stopping = 0;
$SIG{TERM} = $SIG{INT} = sub { $stopping = 1 };
$SIG{PIPE} = 'IGNORE';

# When the demo opens, the old build has been running for long.
my $hurry = $ENV{COUNTERSIGN_DEMO_HURRY};
sub pause { select(undef, undef, undef, $_[0]) }
sub warm_up { pause($_[0]) unless $hurry }
sub line { printf "%s %-5s [%s] %s\n", strftime('%Y-%m-%d %H:%M:%S', localtime), @_ }
sub orphaned { !-d 'run' || !kill(0, $demo) }
sub value_of {
  my ($file, $pattern) = @_;
  open(my $in, '<', $file) or die "cannot read $file: $!\n";
  while (my $text = <$in>) { return $1 if $text =~ $pattern }
  die "nothing like $pattern in $file\n";
}

my $port = value_of('conf/app.properties', qr/^http\.port=(\d+)/);
my $version = value_of('webapps/trade.war', qr/^Implementation-Version: (\S+)/);

# The services that this build registers: 3.4.0 brings a new one.
my @services = ('order', 'pay', 'quote', 'report', $version eq '3.3.2' ? () : 'channel');
sub answer {
  my ($path) = @_;
  return qq({"status":"UP","version":"$version","host":"$host","front":"$1"}\n) if $path =~ m{^/(h5|flex)/ping$};
  return '{"services":[' . join(',', map { qq("$_") } @services) . "]}\n" if $path eq '/services';
  return undef;
}

line('INFO', 'main', "Starting trade $version on $host");
warm_up(0.4);
line('WARN', 'main', 'No JNDI resource jdbc/report; falling back to the pool of the application');
print "javax.naming.NameNotFoundException: Name [jdbc/report] is not bound in this Context\n",
  "\tat org.apache.naming.NamingContext.lookup(NamingContext.java:833)\n",
  "\tat com.example.trade.report.PoolLocator.find(PoolLocator.java:41)\n";
warm_up(0.4);
line('ERROR', 'warm-up', 'First call to the quote service failed, will be tried again');
print "java.net.ConnectException: Connection refused (quote-cache.local:11211)\n",
  "\tat java.net.PlainSocketImpl.socketConnect(Native Method)\n",
  "\tat com.example.trade.quote.QuoteCache.warmUp(QuoteCache.java:77)\n";
warm_up(0.5);
line('INFO', 'warm-up', 'Quote cache is warm after 2 tries');
warm_up(0.5);

socket(my $listener, PF_INET, SOCK_STREAM, getprotobyname('tcp')) or die "socket: $!\n";
setsockopt($listener, SOL_SOCKET, SO_REUSEADDR, pack('l', 1));
bind($listener, sockaddr_in($port, INADDR_LOOPBACK)) or die "cannot listen on port $port: $!\n";
listen($listener, 16) or die "listen: $!\n";
line('INFO', 'main', 'OrderPage ready');
line('INFO', 'main', 'Server startup in 1834 ms');

my $orders = 0;
my $rounds = 0;
until ($stopping || orphaned()) {
  my $readable = '';
  vec($readable, fileno($listener), 1) = 1;
  if (select($readable, undef, undef, 0.5) > 0 && accept(my $client, $listener)) {
    my $request = '';
    eval {
      local $SIG{ALRM} = sub { die "slow client\n" };
      alarm 2;
      sysread($client, $request, 4096);
      alarm 0;
    };
    my ($path) = $request =~ m{^GET (\S+)};
    my $body = answer(defined $path ? $path : '');
    syswrite($client, sprintf("HTTP/1.0 %s\r\nContent-Type: application/json\r\nContent-Length: %d\r\n\r\n%s",
      defined $body ? '200 OK' : '404 Not Found', length($body // ''), $body // ''));
    close($client);
  }
  elsif (++$rounds % 4 == 0) {
    $orders += 3;
    line('INFO', 'order-' . (1 + $orders % 4), "$orders orders taken, none waiting");
  }
}

close($listener);
exit 0 unless -d 'run';
line('INFO', 'shutdown', 'No new orders; 2 still being written');
pause(0.9);
line('INFO', 'shutdown', "trade $version stopped");
