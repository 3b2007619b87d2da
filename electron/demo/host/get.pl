# One HTTP GET to the demo's service on this host: the body on stdout; exit 7 when nobody listens, 22 when not 200.
# (curl's own codes. curl itself is not on every machine that the demo runs on.)
use strict;
use warnings;
use Socket;

my $path = shift;
my $port;
open(my $conf, '<', "$ENV{HOME}/conf/app.properties") or die "cannot read conf/app.properties: $!\n";
while (my $text = <$conf>) { $port = $1 if $text =~ /^http\.port=(\d+)/ }

$SIG{ALRM} = sub { print STDERR "no answer from 127.0.0.1:$port within 5 seconds\n"; exit 28 };
alarm 5;
socket(my $server, PF_INET, SOCK_STREAM, getprotobyname('tcp')) or die "socket: $!\n";
unless (connect($server, sockaddr_in($port, INADDR_LOOPBACK))) {
  print STDERR "nobody listens on 127.0.0.1:$port\n";
  exit 7;
}
syswrite($server, "GET $path HTTP/1.0\r\nHost: 127.0.0.1\r\n\r\n");
my $answer = '';
while (sysread($server, my $chunk, 4096)) { $answer .= $chunk }
my ($head, $body) = split /\r\n\r\n/, $answer, 2;
print $body if defined $body;
exit($head =~ m{^HTTP/1\.\d 200 } ? 0 : 22);
