package io.inkstream.server;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.channel.EventLoopGroup;
import io.netty.channel.nio.NioEventLoopGroup;
import io.netty.util.concurrent.EventExecutor;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class LastResortTest {
  private final EventLoopGroup loops = new NioEventLoopGroup(2);
  private final CompletableFuture<String> end = new CompletableFuture<>();
  private final LastResort lastResort = new LastResort(end::complete);

  @AfterEach
  void close() {
    loops.shutdownGracefully(0, 0, TimeUnit.SECONDS).syncUninterruptibly();
  }

  @Test
  void oneDeadEventLoopEndsTheProcess() {
    lastResort.watch(loops);
    kill(loops.iterator().next());
    assertThat(end.orTimeout(20, TimeUnit.SECONDS).join()).startsWith("an event loop has died");
  }

  @Test
  void eventLoopsOfAServerThatStopsMayEnd() {
    lastResort.watch(loops);
    lastResort.stop();
    loops.forEach(LastResortTest::kill);
    loops.forEach(loop -> loop.terminationFuture().syncUninterruptibly());
    assertThat(end).isNotDone();
  }

  private static void kill(EventExecutor loop) {
    loop.shutdownGracefully(0, 0, TimeUnit.SECONDS);
  }
}
