#!/usr/bin/perl
# A second implementation of docs/allocation-list.md, written from the description alone. It prints the SHA-256 of
# the two examples there. To draw a list of one's own: change the lines under "recipe".
use strict;
use warnings;
use Digest::SHA qw(hmac_sha256 sha256_hex);

# recipe
my $seed = pack('C*', 0 .. 31);
my ($trial, $per_stratum) = ('EXAMPLE', 12);
my @arms = ('X', 'Y');
my @strata = ('ONE', 'TWO');
my @sizes = (4, 6);
my $limit = 3;

sub stream {
    my ($purpose) = @_;
    my ($counter, @bytes) = (0);
    return sub {
        @bytes = unpack('C*', hmac_sha256("$trial|list-1|$purpose\0" . pack('Q>', $counter++), $seed)) unless @bytes;
        return shift @bytes;
    };
}

sub below {
    my ($stream, $bound) = @_;
    my $bits = 0;
    $bits++ while ($bound - 1) >> $bits;
    while (1) {
        my $number = 0;
        $number = $number * 256 + $stream->() for 1 .. int(($bits + 7) / 8);
        $number &= (1 << $bits) - 1;
        return $number if $number < $bound;
    }
}

sub permuted_blocks {
    my ($stream) = @_;
    my @order;
    while (@order < $per_stratum) {
        my @block = (@arms) x ($sizes[below($stream, scalar @sizes)] / 2);
        for my $place (reverse 1 .. $#block) {
            my $other = below($stream, $place + 1);
            @block[$place, $other] = @block[$other, $place];
        }
        push @order, @block;
    }
    return @order;
}

sub big_stick {
    my ($stream) = @_;
    my ($ahead, @order) = (0);
    while (@order < $per_stratum) {
        my $arm = abs($ahead) == $limit ? ($ahead > 0 ? 1 : 0) : below($stream, 2);
        $ahead += $arm ? -1 : 1;
        push @order, $arms[$arm];
    }
    return @order;
}

sub numbers {
    my ($stream, $count) = @_;
    my $digits = length($count * 10);
    $digits = 5 if $digits < 5;
    my ($low, %seen, @numbers) = (10**($digits - 1));
    while (@numbers < $count) {
        my $number = $low + below($stream, 9 * $low);
        push @numbers, "R$number" unless $seen{$number}++;
    }
    return @numbers;
}

for my $scheme (\&permuted_blocks, \&big_stick) {
    my %order = map { $_ => [$scheme->(stream("stratum|$_"))] } @strata;
    my @all = map { @{ $order{$_} } } @strata;
    my @numbers = numbers(stream('treatment numbers'), scalar @all);
    my %slot;
    for my $stratum (@strata) {
        my $place = 0;
        $slot{$stratum} .= join('|', $stratum, ++$place, shift @numbers, $_) . "\n" for @{ $order{$stratum} };
    }
    print sha256_hex(join('', map { $slot{$_} } sort @strata)), "\n";
}
