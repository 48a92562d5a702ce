package io.inkstream.engine.hub;

import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.net.http.HttpTimeoutException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Consumer;

/// Asks the Hub. The token goes to the endpoint alone, never to where it redirects.
///
/// HTTP/1.1, a connection for each file: several are faster than one that all share, and a slow
/// reader of one holds up no other.
final class HubClient implements AutoCloseable {
  private static final Set<Integer> REDIRECTS = Set.of(301, 302, 303, 307, 308);
  private static final int MOST_REDIRECTS = 5;
  private static final int LONGEST_LISTING = 64 << 20;

  private final HubAccess access;
  private final Patience patience;
  private final Consumer<String> notes;
  private final HttpClient http;

  /// @param notes hears of long pauses
  HubClient(HubAccess access, Patience patience, Consumer<String> notes) {
    this.access = access;
    this.patience = patience;
    this.notes = notes;
    this.http =
        HttpClient.newBuilder()
            .version(HttpClient.Version.HTTP_1_1)
            .followRedirects(HttpClient.Redirect.NEVER)
            .connectTimeout(patience.connect())
            .proxy(EnvironmentProxies.ofProcess())
            .build();
  }

  /// The bytes of a file from `start` on.
  record Content(InputStream bytes, long start) implements AutoCloseable {
    @Override
    public void close() throws IOException {
      bytes.close();
    }
  }

  /// What a repository has.
  ///
  /// @throws HubException if it has nothing for us
  RepoListing list(Repository repository) throws InterruptedException {
    URI address =
        address(
            "/api/models/%s/revision/%s?blobs=true"
                .formatted(repository.name(), encoded(repository.revision())));
    return Attempts.of(
        "%s cannot be asked for at %s".formatted(repository, access.endpoint()),
        patience,
        notes,
        () -> {
          try (InputStream body = accepted(repository, "", follow(address, 0)).body()) {
            byte[] text = body.readNBytes(LONGEST_LISTING + 1);
            if (text.length > LONGEST_LISTING) {
              throw new HubException(repository + ": its listing is too long");
            }
            return RepoListing.parse(text);
          }
        });
  }

  /// Begins to fetch a file.
  ///
  /// @param start in bytes; what comes may nevertheless begin at 0
  /// @throws IOException if it may go well another time
  /// @throws HubException if not
  Content open(Repository repository, String commit, RepoFile file, long start)
      throws IOException, InterruptedException {
    URI address =
        address("/%s/resolve/%s/%s".formatted(repository.name(), commit, encoded(file.path())));
    var answer = accepted(repository, file.path(), follow(address, start));
    long begins = answer.statusCode() == 206 ? ContentRange.start(answer.headers()) : 0;
    if (begins != start && begins != 0) {
      answer.body().close();
      throw new IOException("bytes from %d on were asked for, not %d".formatted(start, begins));
    }
    return new Content(answer.body(), begins);
  }

  private URI address(String path) {
    return URI.create(access.endpoint() + path);
  }

  private static String encoded(String path) {
    return URLEncoder.encode(path, StandardCharsets.UTF_8).replace("+", "%20");
  }

  private HttpResponse<InputStream> follow(URI first, long start)
      throws IOException, InterruptedException {
    URI at = first;
    for (int hop = 0; hop <= MOST_REDIRECTS; hop++) {
      var answer = send(at, start);
      if (!REDIRECTS.contains(answer.statusCode())) {
        return answer;
      }
      answer.body().close();
      at = target(at, answer);
    }
    throw new IOException("redirected more than " + MOST_REDIRECTS + " times");
  }

  private static URI target(URI from, HttpResponse<?> answer) throws IOException {
    try {
      URI to = from.resolve(answer.headers().firstValue("location").orElse(""));
      boolean downgraded = "https".equals(from.getScheme()) && !"https".equals(to.getScheme());
      if (downgraded || to.getHost() == null || to.equals(from)) {
        throw new IOException("redirected to nowhere that may be asked");
      }
      return to;
    } catch (IllegalArgumentException e) {
      throw new IOException("redirected to no address", e);
    }
  }

  private HttpResponse<InputStream> send(URI address, long start)
      throws IOException, InterruptedException {
    var request =
        HttpRequest.newBuilder(address)
            .header("User-Agent", "inkstream")
            .header("Accept-Encoding", "identity"); // lengths and ranges are of the file itself
    if (start > 0) {
      request.header("Range", "bytes=" + start + "-");
    }
    access
        .token()
        .filter(_ -> isEndpoint(address))
        .ifPresent(token -> request.header("Authorization", "Bearer " + token));
    return answer(request.GET().build());
  }

  private boolean isEndpoint(URI address) {
    URI own = access.endpoint();
    return own.getScheme().equalsIgnoreCase(address.getScheme())
        && own.getHost().equalsIgnoreCase(address.getHost())
        && own.getPort() == address.getPort();
  }

  // A timeout of the request itself would be one of its body, too, from Java 26 on.
  private HttpResponse<InputStream> answer(HttpRequest request)
      throws IOException, InterruptedException {
    var coming = http.sendAsync(request, BodyHandlers.ofInputStream());
    try {
      return coming.get(patience.answer().toMillis(), TimeUnit.MILLISECONDS);
    } catch (TimeoutException e) {
      throw new HttpTimeoutException("no answer from " + request.uri().getHost());
    } catch (ExecutionException e) {
      throw asIo(Objects.requireNonNullElse(e.getCause(), e), request.uri().getHost());
    } finally {
      coming.cancel(true); // of one that is there: nothing
    }
  }

  private static IOException asIo(Throwable cause, String host) {
    return switch (cause) {
      case IOException e when e.getMessage() != null -> e;
      case IOException e -> new IOException(host + " cannot be reached", e);
      default -> new IOException(host + ": " + cause, cause);
    };
  }

  private HttpResponse<InputStream> accepted(
      Repository repository, String file, HttpResponse<InputStream> answer) throws IOException {
    if (answer.statusCode() == 200 || answer.statusCode() == 206) {
      return answer;
    }
    answer.body().close();
    throw refused(repository, file, answer);
  }

  private HubException refused(Repository repository, String file, HttpResponse<?> answer) {
    int status = answer.statusCode();
    String what = file.isEmpty() ? repository.toString() : repository + "/" + file;
    if (status == 408 || status == 429 || status >= 500) {
      return HubException.busy(
          "%s answers %d".formatted(answer.uri().getHost(), status), retryAfter(answer));
    }
    if (status == 416) {
      return HubException.busy(
          "%s has no such range".formatted(answer.uri().getHost()), Optional.empty());
    }
    return new HubException(
        Refused.of(status, answer.headers().firstValue("x-error-code").orElse(""))
            .message(what, repository, access));
  }

  private static Optional<Duration> retryAfter(HttpResponse<?> answer) {
    return answer.headers().firstValue("retry-after").flatMap(RetryAfter::parse);
  }

  /// Whatever is still on its way ends.
  @Override
  public void close() {
    http.shutdownNow();
  }
}
