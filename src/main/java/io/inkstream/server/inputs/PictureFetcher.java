package io.inkstream.server.inputs;

import io.inkstream.engine.pipeline.InvalidRequestException;
import io.inkstream.server.webhook.AllowedNetworks;
import io.inkstream.server.webhook.Destination;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.WorkerExecutor;
import io.vertx.core.file.OpenOptions;
import io.vertx.core.http.HttpClient;
import io.vertx.core.http.HttpClientOptions;
import io.vertx.core.http.HttpClientRequest;
import io.vertx.core.http.HttpClientResponse;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpVersion;
import io.vertx.core.http.RequestOptions;
import io.vertx.core.net.SocketAddress;
import io.vertx.core.tracing.TracingPolicy;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.URISyntaxException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/// Fetches pictures that requests name by an address, if that is allowed, as webhooks are sent: the
/// address that was checked is the one that is connected to, at each redirect anew.
public final class PictureFetcher implements AutoCloseable {
  private static final int LOOK_UPS = 4;
  private static final int MOST_CONNECTIONS = 16;
  private static final int MOST_REDIRECTS = 3;

  private final Vertx vertx;
  private final Optional<AllowedNetworks> allowed;
  private final Duration time;
  private final long most;
  private final WorkerExecutor lookUps;
  private final HttpClient http;

  /// @param allowed empty: nothing is fetched
  /// @param time for one picture, redirects and all
  /// @param most bytes of it
  public PictureFetcher(Vertx vertx, Optional<AllowedNetworks> allowed, Duration time, long most) {
    this.vertx = vertx;
    this.allowed = allowed;
    this.time = time;
    this.most = most;
    this.lookUps = vertx.createSharedWorkerExecutor("picture-names", LOOK_UPS);
    this.http =
        vertx.createHttpClient(
            new HttpClientOptions()
                .setProtocolVersion(HttpVersion.HTTP_1_1)
                .setKeepAlive(false)
                .setMaxPoolSize(MOST_CONNECTIONS)
                .setConnectTimeout((int) time.toMillis())
                .setForceSni(true)
                .setTracingPolicy(TracingPolicy.IGNORE));
  }

  /// Brings a picture into a file that is not there yet.
  ///
  /// @param named what a refusal names
  /// @return fails with an [InvalidRequestException]
  public Future<Void> fetch(String url, Path to, String named) {
    var fetching = new Fetching(to, named, url);
    long timer =
        vertx.setTimer(
            time.toMillis(),
            late -> fetching.refuse("no answer in %d s".formatted(time.toSeconds())));
    fetching.follow(url, MOST_REDIRECTS);
    return fetching.done.future().onComplete(done -> vertx.cancelTimer(timer));
  }

  @Override
  public void close() {
    var _ = http.close();
    var _ = lookUps.close();
  }

  /// One picture on its way; whatever ends it, its connection is left.
  private final class Fetching {
    private final Promise<Void> done = Promise.promise();
    private final Path to;
    private final String named;
    private final String asked;

    Fetching(Path to, String named, String asked) {
      this.to = to;
      this.named = named;
      this.asked = asked;
    }

    void follow(String url, int redirects) {
      if (allowed.isEmpty()) {
        refuse("pictures are not fetched by this server (--input-allowed-networks)");
        return;
      }
      Destination from;
      try {
        from = Destination.parse(url);
      } catch (IllegalArgumentException e) {
        refuse("must be " + e.getMessage());
        return;
      }
      lookUps
          .executeBlocking(() -> InetAddress.getAllByName(from.host()), false)
          .onSuccess(addresses -> connect(from, addresses, redirects))
          .onFailure(e -> refuse("the host's name is not found"));
    }

    /// All of a host's addresses must be allowed, lest the choice among them be the attacker's.
    private void connect(Destination from, InetAddress[] addresses, int redirects) {
      var networks = allowed.orElseThrow();
      var refused = Stream.of(addresses).filter(address -> !networks.allow(address)).findFirst();
      if (refused.isPresent()) {
        String address = refused.get().getHostAddress();
        refuse("the host's address %s is not in --input-allowed-networks".formatted(address));
        return;
      }
      http.request(options(from, addresses[0]))
          .onSuccess(request -> send(request, from, redirects))
          .onFailure(this::failed);
    }

    private RequestOptions options(Destination from, InetAddress address) {
      return new RequestOptions()
          .setMethod(HttpMethod.GET)
          .setServer(SocketAddress.inetSocketAddress(new InetSocketAddress(address, from.port())))
          .setHost(from.host())
          .setPort(from.port())
          .setSsl(from.isSecure())
          .setURI(from.pathAndQuery())
          .setFollowRedirects(false)
          .putHeader(HttpHeaders.HOST, from.authority())
          .putHeader(HttpHeaders.ACCEPT, "image/png, image/jpeg, image/webp")
          .putHeader(HttpHeaders.USER_AGENT, "Inkstream");
    }

    private void send(HttpClientRequest request, Destination from, int redirects) {
      done.future().onComplete(ended -> request.reset());
      request
          .send()
          .onSuccess(response -> read(request, response, from, redirects))
          .onFailure(this::failed);
    }

    private void read(
        HttpClientRequest request, HttpClientResponse response, Destination from, int redirects) {
      @Nullable String location = response.getHeader(HttpHeaders.LOCATION);
      if (response.statusCode() / 100 == 3 && location != null && redirects > 0) {
        request.reset();
        follow(redirected(from, location), redirects - 1);
      } else if (response.statusCode() != 200) {
        refuse("its host answers " + response.statusCode());
      } else {
        save(response);
      }
    }

    /// What is no address is refused as the next destination.
    private String redirected(Destination from, String location) {
      try {
        return from.url().resolve(new URI(location)).toString();
      } catch (URISyntaxException e) {
        return location;
      }
    }

    private void save(HttpClientResponse response) {
      response.pause();
      var options = new OpenOptions().setRead(false).setCreateNew(true).setPerms("rw-------");
      vertx
          .fileSystem()
          .open(to.toString(), options)
          .onFailure(done::tryFail)
          .onSuccess(file -> {
            done.future().onFailure(ended -> file.close());
            long[] taken = {0};
            response.exceptionHandler(this::failed);
            response.endHandler(
                end -> file.close().onSuccess(done::tryComplete).onFailure(done::tryFail));
            response.handler(bytes -> {
              taken[0] += bytes.length();
              if (taken[0] > most) {
                refuse("has more than %d bytes".formatted(most));
              } else if (!done.future().isComplete()) {
                file.write(bytes).onFailure(done::tryFail);
                if (file.writeQueueFull()) {
                  response.pause();
                  file.drainHandler(drained -> response.resume());
                }
              }
            });
            response.resume();
          });
    }

    private void failed(Throwable e) {
      refuse(String.valueOf(e.getMessage()));
    }

    void refuse(String why) {
      done.tryFail(
          new InvalidRequestException(
              named, "%s '%s' cannot be fetched: %s".formatted(named, shown(), why)));
    }

    private String shown() {
      return asked.length() <= 80 ? asked : asked.substring(0, 80) + "…";
    }
  }
}
