package io.inkstream.server.outbound;

import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;

/// How far an address reaches, by the registries of special addresses (RFC 6890 and what has been
/// added since).
enum Reach {
  /// This machine.
  LOOPBACK("127.0.0.0/8", "::1"),
  /// A network of somebody's own: private, unique local, a carrier's behind its NAT.
  PRIVATE("10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16", "100.64.0.0/10", "fc00::/7"),
  /// Nobody that answers requests: link-local, where clouds keep their machines' credentials;
  /// multicast, unspecified, reserved and of examples.
  NOWHERE(
      "0.0.0.0/8",
      "169.254.0.0/16",
      "192.0.0.0/24",
      "192.0.2.0/24",
      "192.88.99.0/24",
      "198.18.0.0/15",
      "198.51.100.0/24",
      "203.0.113.0/24",
      "224.0.0.0/3",
      "::/128",
      "64:ff9b:1::/48",
      "100::/64",
      "2001::/23",
      "2001:db8::/32",
      "3fff::/20",
      "5f00::/16",
      "fe80::/10",
      "fec0::/10",
      "ff00::/8"),
  /// All others.
  EXTERNAL;

  // IPv6 addresses in which one of IPv4 stands: from byte 12, of 6to4 from byte 2. The first is
  // written as bytes: Java reads `::ffff:0:0` as an address of IPv4.
  private static final List<Network> MAPPED =
      List.of(
          new Network(new byte[] {0, 0, 0, 0, 0, 0, 0, 0, 0, 0, -1, -1, 0, 0, 0, 0}, 96),
          Network.parse("::ffff:0:0:0/96"),
          Network.parse("64:ff9b::/96"),
          Network.parse("::/96"));
  private static final Network SIX_TO_FOUR = Network.parse("2002::/16");

  private final List<Network> networks;

  Reach(String... networks) {
    this.networks = Stream.of(networks).map(Network::parse).toList();
  }

  /// An address in which another one stands reaches as far as that one.
  static Reach of(byte[] address) {
    return Stream.of(values())
        .filter(reach -> reach.networks.stream().anyMatch(network -> network.has(address)))
        .findFirst()
        .orElseGet(() -> ofInner(address));
  }

  private static Reach ofInner(byte[] address) {
    if (MAPPED.stream().anyMatch(network -> network.has(address))) {
      return of(Arrays.copyOfRange(address, 12, 16));
    }
    return SIX_TO_FOUR.has(address) ? of(Arrays.copyOfRange(address, 2, 6)) : EXTERNAL;
  }
}
