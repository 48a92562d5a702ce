package io.inkstream.server.http;

import jakarta.ws.rs.HttpMethod;
import jakarta.ws.rs.container.ContainerRequestContext;
import jakarta.ws.rs.core.HttpHeaders;
import jakarta.ws.rs.core.Response;
import jakarta.ws.rs.core.Response.ResponseBuilder;
import jakarta.ws.rs.core.Response.Status;
import java.nio.file.Path;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jboss.resteasy.reactive.PathPart;

/// A file as an answer, whole or the part that is asked for (RFC 9110, 14). To ask for several
/// parts, for other units than bytes or for what is no range is to ask for all.
///
/// Quarkus's own answer with a file sends the part under the head of the whole, and the client
/// waits for the rest.
public final class FileAnswer {
  private static final Pattern PART =
      Pattern.compile("bytes=(?:(\\d{1,18})-(\\d{0,18})|-(\\d{1,18}))");
  private static final String RANGE = "Range";
  private static final String ACCEPT_RANGES = "Accept-Ranges";
  private static final String CONTENT_RANGE = "Content-Range";
  private static final String IF_RANGE = "If-Range";

  private final Path file;
  private final long bytes;

  private FileAnswer(Path file, long bytes) {
    this.file = file;
    this.bytes = bytes;
  }

  /// @param file never changes
  /// @param bytes of the file
  /// @param tag the answer's `ETag`, without quotes
  /// @throws ApiException 416 if there is nothing of the file where the part begins
  public static ResponseBuilder of(
      Path file, long bytes, String tag, ContainerRequestContext request) {
    var answer = new FileAnswer(file, bytes);
    return range(request, tag).map(answer::part).orElseGet(answer::whole).tag(tag);
  }

  private static Optional<String> range(ContainerRequestContext request, String tag) {
    String known = request.getHeaderString(IF_RANGE);
    boolean same = known == null || known.equals('"' + tag + '"');
    return request.getMethod().equals(HttpMethod.GET) && same
        ? Optional.ofNullable(request.getHeaderString(RANGE))
        : Optional.empty();
  }

  private ResponseBuilder part(String range) {
    Matcher asked = PART.matcher(range);
    if (!asked.matches()) {
      return whole();
    }
    long from = asked.group(1) == null ? fromEnd(asked.group(3)) : Long.parseLong(asked.group(1));
    long to = lastOf(asked.group(2));
    if (from >= bytes) {
      throw ApiException.noSuchRange(range, bytes);
    }
    return to < from ? whole() : part(from, to);
  }

  private long fromEnd(String last) {
    long many = Long.parseLong(last);
    return many == 0 ? bytes : Math.max(0, bytes - many);
  }

  private long lastOf(String to) {
    long last = bytes - 1;
    return to == null || to.isEmpty() ? last : Math.min(last, Long.parseLong(to));
  }

  private ResponseBuilder part(long from, long to) {
    return answer(Status.PARTIAL_CONTENT, from, to - from + 1)
        .header(CONTENT_RANGE, "bytes %d-%d/%d".formatted(from, to, bytes));
  }

  private ResponseBuilder whole() {
    return answer(Status.OK, 0, bytes);
  }

  private ResponseBuilder answer(Status status, long from, long many) {
    return Response.status(status)
        .entity(new PathPart(file, from, many))
        .header(HttpHeaders.CONTENT_LENGTH, many)
        .header(ACCEPT_RANGES, "bytes");
  }
}
