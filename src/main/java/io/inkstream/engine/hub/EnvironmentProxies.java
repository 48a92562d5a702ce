package io.inkstream.engine.hub;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.Proxy;
import java.net.ProxySelector;
import java.net.SocketAddress;
import java.net.URI;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;

/// The proxies that variables name, as Python and curl read them: `HTTPS_PROXY`, `HTTP_PROXY`,
/// `ALL_PROXY`, `NO_PROXY`, in capitals or not. What the Java machine was told goes before.
///
/// @param environment the process's variables
final class EnvironmentProxies extends ProxySelector {
  private final Map<String, String> environment;

  /// Those of this process; kept in no static field, where a native image would have its builder's.
  static ProxySelector ofProcess() {
    return new EnvironmentProxies(System.getenv());
  }

  EnvironmentProxies(Map<String, String> environment) {
    this.environment = environment;
  }

  @Override
  public List<Proxy> select(URI address) {
    ProxySelector told = ProxySelector.getDefault();
    List<Proxy> byMachine = told == null ? List.of() : told.select(address);
    return byMachine.stream().anyMatch(proxy -> proxy.type() != Proxy.Type.DIRECT)
        ? byMachine
        : List.of(proxy(address).orElse(Proxy.NO_PROXY));
  }

  private Optional<Proxy> proxy(URI address) {
    return isExempt(address.getHost())
        ? Optional.empty()
        : variable(address.getScheme() + "_proxy")
            .or(() -> variable("all_proxy"))
            .flatMap(EnvironmentProxies::parse);
  }

  private Optional<String> variable(String name) {
    return Stream.of(name, name.toUpperCase(Locale.ROOT))
        .map(each -> environment.getOrDefault(each, "").strip())
        .filter(value -> !value.isEmpty())
        .findFirst();
  }

  private boolean isExempt(String host) {
    return Stream.of(variable("no_proxy").orElse("").split(","))
        .map(String::strip)
        .map(name -> name.startsWith(".") ? name.substring(1) : name)
        .filter(name -> !name.isEmpty())
        .anyMatch(name -> name.equals("*") || host.equals(name) || host.endsWith("." + name));
  }

  private static Optional<Proxy> parse(String text) {
    try {
      URI uri = URI.create(text.contains("://") ? text : "http://" + text);
      int port = uri.getPort() < 0 ? 80 : uri.getPort();
      return Optional.ofNullable(uri.getHost())
          .map(host -> new Proxy(Proxy.Type.HTTP, InetSocketAddress.createUnresolved(host, port)));
    } catch (IllegalArgumentException e) {
      throw HubException.variable("a proxy's variable is no address: check HTTPS_PROXY");
    }
  }

  @Override
  public void connectFailed(URI address, SocketAddress proxy, IOException failure) {}
}
