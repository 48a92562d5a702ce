package io.inkstream.server.http;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelPipeline;
import io.vertx.core.http.impl.Http1xOrH2CHandler;
import io.vertx.core.http.impl.VertxHttpRequestDecoder;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/// Waits for the first bytes of a connection without TLS. If they are not HTTP/2's, Vert.x sets its
/// handlers of HTTP/1 up, of which the decoder is exchanged for ours.
final class FirstBytes extends ChannelInboundHandlerAdapter {
  // No ByteBuf: none may be in a native image's heap.
  private static final byte[] HTTP_2 = {'P', 'R', 'I', ' '};
  // Tells Vert.x that it is HTTP/1, whose decoder passes it over (RFC 9112, 2.2).
  private static final byte[] EMPTY_LINE = {'\n'};

  private final HttpRules rules;
  private @Nullable ByteBuf waiting;

  FirstBytes(HttpRules rules) {
    this.rules = rules;
  }

  @Override
  public void channelRead(ChannelHandlerContext context, Object message) {
    ChannelPipeline pipeline = context.pipeline();
    if (!(message instanceof ByteBuf part) || pipeline.get(Http1xOrH2CHandler.class) == null) {
      pipeline.remove(this);
      context.fireChannelRead(message);
      return;
    }
    ByteBuf bytes = waiting == null ? part : Unpooled.wrappedBuffer(waiting, part);
    waiting = null;
    int known = Math.min(bytes.readableBytes(), HTTP_2.length);
    byte[] first = ByteBufUtil.getBytes(bytes, bytes.readerIndex(), known);
    boolean http2 = Arrays.equals(first, 0, known, HTTP_2, 0, known);
    if (http2 && known < HTTP_2.length) {
      waiting = bytes;
      return;
    }
    if (!http2) {
      setUpHttp1(context);
    }
    pipeline.remove(this);
    context.fireChannelRead(bytes);
  }

  private void setUpHttp1(ChannelHandlerContext context) {
    context.fireChannelRead(Unpooled.wrappedBuffer(EMPTY_LINE));
    var pipeline = context.pipeline();
    pipeline.replace(VertxHttpRequestDecoder.class, "httpDecoder", rules.decoder());
    pipeline.addLast(new FailedWrites(), new FirstRequest(rules));
  }

  @Override
  public void handlerRemoved(ChannelHandlerContext context) {
    if (waiting != null) {
      waiting.release();
    }
  }

  @Override
  public void exceptionCaught(ChannelHandlerContext context, Throwable failure) {
    rules.hear(failure);
    context.fireExceptionCaught(failure);
  }
}
