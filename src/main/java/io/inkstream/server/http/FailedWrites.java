package io.inkstream.server.http;

import io.netty.channel.ChannelDuplexHandler;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelProgressivePromise;
import io.netty.channel.ChannelPromise;
import io.netty.util.concurrent.Future;
import java.util.ArrayList;
import java.util.List;

/// Tells of writes that fail with their connection when the connection's end has been told. Quarkus
/// 3.34 resets an answer that cannot be written, and of one that is reset Vert.x 4.5 tells nobody
/// the end: its body would keep its share of the heap, and the stop would wait for it.
final class FailedWrites extends ChannelDuplexHandler {
  private final List<Runnable> failures = new ArrayList<>();
  private boolean ended;

  @Override
  public void write(ChannelHandlerContext context, Object message, ChannelPromise promise) {
    boolean heard = !promise.isVoid() && !(promise instanceof ChannelProgressivePromise);
    context.write(message, heard ? before(context, promise) : promise);
  }

  private ChannelPromise before(ChannelHandlerContext context, ChannelPromise promise) {
    return context
        .newPromise()
        .addListener(written -> {
          if (written.isSuccess()) {
            promise.trySuccess();
          } else {
            fail(context, promise, written);
          }
        });
  }

  private void fail(ChannelHandlerContext context, ChannelPromise promise, Future<?> written) {
    if (ended || context.channel().isActive()) {
      promise.tryFailure(written.cause());
    } else {
      failures.add(() -> promise.tryFailure(written.cause()));
    }
  }

  @Override
  public void channelInactive(ChannelHandlerContext context) {
    context.fireChannelInactive();
    ended = true;
    failures.forEach(Runnable::run);
  }
}
