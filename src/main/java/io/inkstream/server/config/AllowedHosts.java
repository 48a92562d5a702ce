package io.inkstream.server.config;

import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.regex.Pattern;

/// The names under which this server may be asked, without ports. A page of another site that has
/// its name resolve to this machine (DNS rebinding) asks under a name that is none of them.
///
/// @param names in lower case: `images.example.org`, `*.example.org` for all below it, `*` for any
public record AllowedHosts(List<String> names) {
  private static final Pattern LOOPBACK_V4 = Pattern.compile("127(\\.[0-9]{1,3}){3}");
  private static final String ANY = "*";
  private static final Pattern NAME =
      Pattern.compile("\\*|(\\*\\.)?[a-z0-9_-]+(\\.[a-z0-9_-]+)*|\\[?[0-9a-f:.]*:[0-9a-f:.]*]?");

  /// Names that lead to the machine itself whatever a name server says.
  private static final AllowedHosts LOOPBACK =
      new AllowedHosts(List.of("localhost", "*.localhost", "127.0.0.1", "::1"));

  public AllowedHosts {
    names = List.copyOf(names);
  }

  /// @throws IllegalArgumentException if one is no name
  static AllowedHosts parse(String text) {
    List<String> names = Kind.parts(text.toLowerCase(Locale.ROOT));
    if (names.isEmpty() || !names.stream().allMatch(name -> NAME.matcher(name).matches())) {
      throw new IllegalArgumentException();
    }
    return new AllowedHosts(names.stream().map(AllowedHosts::bare).toList());
  }

  /// What holds if nobody says: whoever listens on the loopback alone is asked under its names.
  ///
  /// @param address to listen on
  static AllowedHosts of(String address) {
    return isLoopback(bare(address)) ? LOOPBACK : new AllowedHosts(List.of(ANY));
  }

  private static boolean isLoopback(String address) {
    return LOOPBACK_V4.matcher(address).matches()
        || Set.of("localhost", "::1", "0:0:0:0:0:0:0:1").contains(address);
  }

  /// @param host of a request, without its port; an IPv6 address with or without brackets
  public boolean allow(String host) {
    String asked = bare(host.toLowerCase(Locale.ROOT));
    return names.stream().anyMatch(name -> fits(name, asked))
        || equals(LOOPBACK) && isLoopback(asked);
  }

  private static boolean fits(String name, String asked) {
    return name.equals(ANY)
        || (name.startsWith("*.") ? asked.endsWith(name.substring(1)) : name.equals(asked));
  }

  private static String bare(String host) {
    return host.startsWith("[") && host.endsWith("]") ? host.substring(1, host.length() - 1) : host;
  }
}
