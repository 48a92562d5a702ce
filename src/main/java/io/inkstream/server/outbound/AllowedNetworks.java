package io.inkstream.server.outbound;

import java.net.InetAddress;
import java.util.EnumSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/// Addresses that may be asked.
///
/// @param text as it was given
public record AllowedNetworks(String text, Set<Reach> reaches, List<Network> networks) {
  /// The others' addresses, none of our own.
  public static final String DEFAULT = "external";

  public AllowedNetworks {
    reaches = Set.copyOf(reaches);
    networks = List.copyOf(networks);
  }

  /// Reads words between commas: `external`, `private`, `loopback`, `*` for all three, or networks
  /// such as `10.1.0.0/16` and `fd00::/8`.
  ///
  /// @throws IllegalArgumentException if a word is none of them
  public static AllowedNetworks parse(String text) {
    List<String> words =
        Stream.of(text.split(",", -1)).map(word -> word.strip().toLowerCase(Locale.ROOT)).toList();
    Set<Reach> reaches =
        words.stream()
            .flatMap(AllowedNetworks::reaches)
            .collect(Collectors.toCollection(() -> EnumSet.noneOf(Reach.class)));
    List<Network> networks =
        words.stream()
            .filter(word -> reaches(word).findAny().isEmpty())
            .map(Network::parse)
            .toList();
    return new AllowedNetworks(text, reaches, networks);
  }

  private static Stream<Reach> reaches(String word) {
    return switch (word) {
      case "external" -> Stream.of(Reach.EXTERNAL);
      case "private" -> Stream.of(Reach.PRIVATE);
      case "loopback" -> Stream.of(Reach.LOOPBACK);
      case "*" -> Stream.of(Reach.EXTERNAL, Reach.PRIVATE, Reach.LOOPBACK);
      default -> Stream.empty();
    };
  }

  public boolean allow(InetAddress address) {
    byte[] bytes = address.getAddress();
    return reaches.contains(Reach.of(bytes))
        || networks.stream().anyMatch(network -> network.has(bytes));
  }

  @Override
  public String toString() {
    return text;
  }
}
