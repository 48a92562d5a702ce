package io.inkstream.server.inputs;

import io.inkstream.engine.request.InvalidRequestException;
import io.inkstream.server.outbound.AllowedNetworks;
import io.inkstream.server.outbound.CheckedClient;
import io.inkstream.server.outbound.Destination;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.file.AsyncFile;
import io.vertx.core.file.OpenOptions;
import io.vertx.core.http.HttpClientRequest;
import io.vertx.core.http.HttpClientResponse;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpMethod;
import java.net.URI;
import java.net.URISyntaxException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// Fetches pictures that requests name by an address, if that is allowed. Redirects are followed,
/// each to a destination that is checked anew.
public final class PictureFetcher implements AutoCloseable {
  private static final String SETTING = "input-allowed-networks";
  private static final int MOST_CONNECTIONS = 16;
  private static final int MOST_REDIRECTS = 3;

  private final Vertx vertx;
  private final Optional<CheckedClient> http;
  private final Duration time;
  private final long most;

  /// @param allowed empty: nothing is fetched
  /// @param time for one picture, redirects and all
  /// @param most bytes of it
  public PictureFetcher(
      Vertx vertx,
      Optional<AllowedNetworks> allowed,
      CheckedClient.Resolver resolver,
      Duration time,
      long most) {
    this.vertx = vertx;
    this.time = time;
    this.most = most;
    this.http =
        allowed
            .map(networks -> new CheckedClient.Networks(networks, SETTING))
            .map(networks -> new CheckedClient(vertx, networks, resolver, time, MOST_CONNECTIONS));
  }

  /// Brings a picture into a file that is not there yet.
  ///
  /// @param named what a refusal names
  /// @return fails with an [InvalidRequestException]; then some of the file may be there
  public Future<Void> fetch(String url, Path to, String named) {
    if (http.isEmpty()) {
      return Future.failedFuture(
          refusal(named, url, "pictures are not fetched by this server (--" + SETTING + ")"));
    }
    var options = new OpenOptions().setRead(false).setCreateNew(true).setPerms("rw-------");
    return vertx
        .fileSystem()
        .open(to.toString(), options)
        .compose(file -> new Fetching(http.get(), file, named, url).run());
  }

  private static InvalidRequestException refusal(String named, String url, String why) {
    String shown = url.length() <= 80 ? url : url.substring(0, 80) + "…";
    return new InvalidRequestException(
        named, "%s '%s' cannot be fetched: %s".formatted(named, shown, why));
  }

  @Override
  public void close() {
    http.ifPresent(CheckedClient::close);
  }

  /// One picture on its way; whatever ends it, its connection is left and its file closed.
  private final class Fetching {
    private final Promise<Void> done = Promise.promise();
    private final CheckedClient client;
    private final AsyncFile file;
    private final String named;
    private final String asked;
    private long taken;
    private boolean closed;

    Fetching(CheckedClient client, AsyncFile file, String named, String asked) {
      this.client = client;
      this.file = file;
      this.named = named;
      this.asked = asked;
    }

    Future<Void> run() {
      long timer =
          vertx.setTimer(
              time.toMillis(), late -> refuse("not all of it in %d s".formatted(time.toSeconds())));
      follow(asked, MOST_REDIRECTS);
      return done.future()
          .onComplete(ended -> vertx.cancelTimer(timer))
          .eventually(this::closeFile);
    }

    /// @param redirects that may still be followed
    private void follow(String url, int redirects) {
      try {
        var from = Destination.parse(url);
        Promise<Void> hop = Promise.promise();
        done.future().onComplete(ended -> hop.tryComplete());
        client
            .request(HttpMethod.GET, from, hop.future())
            .compose(this::send)
            .onSuccess(response -> read(response, from, redirects, hop))
            .onFailure(this::failed);
      } catch (IllegalArgumentException e) {
        refuse("must be " + e.getMessage());
      }
    }

    private Future<HttpClientResponse> send(HttpClientRequest request) {
      return request.putHeader(HttpHeaders.ACCEPT, "image/png, image/jpeg, image/webp").send();
    }

    /// @param hop ends this request, of whose answer nothing more is wanted
    private void read(
        HttpClientResponse response, Destination from, int redirects, Promise<Void> hop) {
      @Nullable String location = response.getHeader(HttpHeaders.LOCATION);
      int status = response.statusCode();
      // Of a request that was left Vert.x says so here, or else in the log as an error.
      response.exceptionHandler(e -> failed(e, hop));
      if (status / 100 == 3 && location != null) {
        hop.tryComplete();
        redirect(from, location, redirects);
      } else if (status != 200) {
        refuse("its host answers " + status);
      } else {
        save(response);
      }
    }

    private void redirect(Destination from, String location, int redirects) {
      if (redirects == 0) {
        refuse("more than %d redirects".formatted(MOST_REDIRECTS));
      } else {
        follow(resolved(from, location), redirects - 1);
      }
    }

    /// What is no address is refused as the next destination.
    private static String resolved(Destination from, String location) {
      try {
        return from.url().resolve(new URI(location)).toString();
      } catch (URISyntaxException e) {
        return location;
      }
    }

    private void save(HttpClientResponse response) {
      response.endHandler(end -> closeFile().onSuccess(done::tryComplete).onFailure(done::tryFail));
      response.handler(bytes -> {
        taken += bytes.length();
        if (taken > most) {
          refuse("has more than %d bytes".formatted(most));
        } else if (!done.future().isComplete()) {
          write(bytes, response);
        }
      });
    }

    private void write(Buffer bytes, HttpClientResponse response) {
      file.write(bytes).onFailure(done::tryFail);
      if (file.writeQueueFull()) {
        response.pause();
        file.drainHandler(drained -> response.resume());
      }
    }

    private Future<Void> closeFile() {
      if (closed) {
        return Future.succeededFuture();
      }
      closed = true;
      return file.close();
    }

    private void failed(Throwable e, Promise<Void> hop) {
      if (!hop.future().isComplete()) {
        failed(e);
      }
    }

    private void failed(Throwable e) {
      refuse(String.valueOf(e.getMessage()));
    }

    void refuse(String why) {
      done.tryFail(refusal(named, asked, why));
    }
  }
}
