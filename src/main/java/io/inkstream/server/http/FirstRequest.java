package io.inkstream.server.http;

import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.handler.codec.http.HttpRequest;
import io.vertx.core.http.impl.HttpServerConnection;
import io.vertx.core.net.impl.VertxHandler;

/// Stands before Vert.x's handler of a connection, which comes with the first request, and tells it
/// who answers requests that are none.
final class FirstRequest extends ChannelInboundHandlerAdapter {
  private final HttpRules rules;

  FirstRequest(HttpRules rules) {
    this.rules = rules;
  }

  @Override
  public void channelRead(ChannelHandlerContext context, Object message) {
    if (message instanceof HttpRequest
        && context.pipeline().get(VertxHandler.class) instanceof VertxHandler<?> handler
        && handler.getConnection() instanceof HttpServerConnection connection) {
      connection.invalidRequestHandler(rules::refuse);
      context.pipeline().remove(this);
    }
    context.fireChannelRead(message);
  }

  @Override
  public void exceptionCaught(ChannelHandlerContext context, Throwable failure) {
    rules.hear(failure);
    context.fireExceptionCaught(failure);
  }
}
