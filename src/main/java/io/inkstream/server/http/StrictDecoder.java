package io.inkstream.server.http;

import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelHandlerContext;
import io.netty.handler.codec.DecoderException;
import io.netty.handler.codec.DecoderResult;
import io.netty.handler.codec.http.DefaultFullHttpRequest;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpHeaders;
import io.netty.handler.codec.http.HttpMessage;
import io.netty.handler.codec.http.HttpMethod;
import io.netty.handler.codec.http.HttpRequest;
import io.netty.handler.codec.http.HttpVersion;
import io.netty.handler.codec.http.LastHttpContent;
import io.vertx.core.http.HttpServerOptions;
import io.vertx.core.http.impl.VertxHttpRequestDecoder;
import io.vertx.core.net.HostAndPort;
import java.net.URI;
import java.net.URISyntaxException;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/// Vert.x's decoder of HTTP/1 requests, less what RFC 9112 has servers refuse and Netty takes: more
/// than one length of a body (6.3), a transfer coding that nobody knows (6.1), another number of
/// `Host`s than one (3.2), versions to come, and a head that does not end in time. What it refuses
/// is [HttpRules]' to answer.
final class StrictDecoder extends VertxHttpRequestDecoder {
  /// Why a request of another version than these is none.
  static final DecoderException UNKNOWN_VERSION =
      new DecoderException("the HTTP version is unknown");

  /// Why a request whose head did not end in time is none.
  static final DecoderException SLOW_HEAD = new DecoderException("the head did not end in time");

  private static final Set<HttpVersion> VERSIONS =
      Set.of(HttpVersion.HTTP_1_0, HttpVersion.HTTP_1_1);

  private final Duration headTime;
  private @Nullable Future<?> headEnd;
  private boolean inBody;
  private boolean refused;

  /// @param headTime from a head's first byte to its last
  StrictDecoder(HttpServerOptions options, Duration headTime) {
    super(options);
    this.headTime = headTime;
  }

  @Override
  protected void decode(ChannelHandlerContext context, ByteBuf buffer, List<Object> out)
      throws Exception {
    if (refused) {
      buffer.skipBytes(buffer.readableBytes());
      return;
    }
    int before = out.size();
    super.decode(context, buffer, out);
    if (out.size() > before && out.get(before) instanceof HttpRequest head) {
      check(head);
    }
    timeHead(context, out.subList(before, out.size()));
  }

  private void timeHead(ChannelHandlerContext context, List<Object> decoded) {
    for (Object part : decoded) {
      stopTiming();
      inBody = !(part instanceof LastHttpContent);
    }
    if (decoded.isEmpty() && !inBody && headEnd == null && context.channel().isActive()) {
      headEnd =
          context
              .executor()
              .schedule(() -> refuseHead(context), headTime.toMillis(), TimeUnit.MILLISECONDS);
    }
  }

  private void stopTiming() {
    if (headEnd != null) {
      headEnd.cancel(false);
      headEnd = null;
    }
  }

  private void refuseHead(ChannelHandlerContext context) {
    refused = true;
    var none = new DefaultFullHttpRequest(HttpVersion.HTTP_1_1, HttpMethod.GET, "/");
    none.setDecoderResult(DecoderResult.failure(SLOW_HEAD));
    context.fireChannelRead(none);
    context.fireChannelReadComplete(); // or Vert.x keeps the answer until more is read
  }

  @Override
  protected void handlerRemoved0(ChannelHandlerContext context) throws Exception {
    stopTiming();
    super.handlerRemoved0(context);
  }

  private static void check(HttpRequest head) {
    if (head.decoderResult().isSuccess()) {
      try {
        require(head);
      } catch (DecoderException e) {
        head.setDecoderResult(DecoderResult.failure(e));
      }
    }
    if (head.decoderResult().isFailure()) {
      head.headers().remove(HttpHeaderNames.UPGRADE); // it would be a request of HTTP/2
    }
  }

  private static void require(HttpRequest head) {
    if (!VERSIONS.contains(head.protocolVersion())) {
      head.setProtocolVersion(HttpVersion.HTTP_1_1); // that the answer bears
      throw UNKNOWN_VERSION;
    }
    requireUri(head.uri());
    requireHost(head);
    requireOneLength(head.headers());
  }

  /// Quarkus answers what is no URI without a body.
  private static void requireUri(String uri) {
    try {
      var _ = new URI(uri);
    } catch (URISyntaxException e) {
      throw new DecoderException("the request URI is none");
    }
  }

  private static void requireHost(HttpRequest head) {
    List<String> hosts = head.headers().getAll(HttpHeaderNames.HOST);
    boolean missing = hosts.isEmpty() && head.protocolVersion().equals(HttpVersion.HTTP_1_1);
    if (missing || hosts.size() > 1 || !hosts.stream().allMatch(StrictDecoder::isHost)) {
      throw new DecoderException("the request must have one Host");
    }
  }

  private static boolean isHost(String value) {
    return value.isEmpty() || HostAndPort.parseAuthority(value, -1) != null;
  }

  private static void requireOneLength(HttpHeaders headers) {
    List<String> codings = headers.getAll(HttpHeaderNames.TRANSFER_ENCODING);
    boolean chunked = codings.size() == 1 && codings.getFirst().equalsIgnoreCase("chunked");
    if (!codings.isEmpty() && (!chunked || headers.contains(HttpHeaderNames.CONTENT_LENGTH))) {
      throw new DecoderException("the body must have one length");
    }
  }

  @Override
  protected void handleTransferEncodingChunkedWithContentLength(HttpMessage message) {
    throw new DecoderException("the body must have one length");
  }
}
