package io.inkstream.server.outbound;

import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.WorkerExecutor;
import io.vertx.core.http.HttpClient;
import io.vertx.core.http.HttpClientOptions;
import io.vertx.core.http.HttpClientRequest;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpVersion;
import io.vertx.core.http.RequestOptions;
import io.vertx.core.net.SocketAddress;
import io.vertx.core.tracing.TracingPolicy;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import java.time.Duration;
import java.util.Objects;

/// Connects to destinations that others name. The address that was checked is the one that is
/// connected to, under the destination's own name: no second look-up can lead elsewhere. Redirects
/// are not followed. How long it all may take, and how much of an answer is read, is its user's.
public final class CheckedClient implements AutoCloseable {
  private static final int LOOK_UPS = 4;

  private final Networks networks;
  private final Resolver resolver;
  private final WorkerExecutor lookUps;
  private final HttpClient http;

  /// Looks a host up.
  public interface Resolver {
    /// The host's own way, `/etc/hosts` and all.
    Resolver SYSTEM = InetAddress::getAllByName;

    InetAddress[] addresses(String host) throws UnknownHostException;
  }

  /// What may be asked.
  ///
  /// @param allowed addresses
  /// @param setting that says so, as refusals name it
  public record Networks(AllowedNetworks allowed, String setting) {}

  /// @param timeout of a connection
  /// @param connections at once, the others wait
  public CheckedClient(
      Vertx vertx, Networks networks, Resolver resolver, Duration timeout, int connections) {
    this.networks = networks;
    this.resolver = resolver;
    this.lookUps = vertx.createSharedWorkerExecutor(networks.setting(), LOOK_UPS);
    this.http =
        vertx.createHttpClient(
            new HttpClientOptions()
                .setProtocolVersion(HttpVersion.HTTP_1_1)
                .setKeepAlive(false)
                .setMaxPoolSize(connections)
                .setConnectTimeout((int) timeout.toMillis())
                .setForceSni(true)
                .setTracingPolicy(TracingPolicy.IGNORE));
  }

  /// A request that has not been sent yet.
  ///
  /// @param ended whatever ends the exchange: its connection is left then
  /// @return fails with a [ForbiddenAddressException] if its host must not be asked
  public Future<HttpClientRequest> request(HttpMethod method, Destination to, Future<?> ended) {
    return lookUps
        .executeBlocking(() -> checked(to.host()), false)
        .compose(address -> http.request(options(method, to, Objects.requireNonNull(address))))
        .compose(request -> tied(request, ended));
  }

  private static Future<HttpClientRequest> tied(HttpClientRequest request, Future<?> ended) {
    if (ended.isComplete()) {
      request.reset();
      return Future.failedFuture(new IOException("it is no longer wanted"));
    }
    ended.onComplete(end -> request.reset());
    return Future.succeededFuture(request);
  }

  /// All of a host's addresses must be allowed, lest the choice among them be the attacker's.
  private InetAddress checked(String host) throws IOException {
    InetAddress[] addresses = lookedUp(host);
    for (InetAddress address : addresses) {
      if (!networks.allowed().allow(address)) {
        throw new ForbiddenAddressException(address, networks.setting());
      }
    }
    return addresses[0];
  }

  private InetAddress[] lookedUp(String host) throws UnknownHostException {
    try {
      return resolver.addresses(host);
    } catch (UnknownHostException e) {
      throw (UnknownHostException)
          new UnknownHostException("the host's name is not found").initCause(e);
    }
  }

  private static RequestOptions options(HttpMethod method, Destination to, InetAddress address) {
    return new RequestOptions()
        .setMethod(method)
        .setServer(SocketAddress.inetSocketAddress(new InetSocketAddress(address, to.port())))
        .setHost(to.host())
        .setPort(to.port())
        .setSsl(to.isSecure())
        .setURI(to.pathAndQuery())
        .setFollowRedirects(false)
        .putHeader(HttpHeaders.HOST, to.authority())
        .putHeader(HttpHeaders.USER_AGENT, "Inkstream");
  }

  @Override
  public void close() {
    var _ = http.close();
    var _ = lookUps.close();
  }
}
