package io.inkstream.server.refusal;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.channel.EventLoopGroup;
import io.netty.channel.nio.NioEventLoopGroup;
import io.netty.util.concurrent.EventExecutor;
import io.vertx.core.Vertx;
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

  @Test
  void anErrorOfTheMachineThatSomebodyCaughtOnAnEventLoopEndsTheProcess() {
    Vertx vertx = Vertx.vertx();
    try {
      vertx.runOnContext(turn -> {
        lastResort.hear(new IllegalStateException("a request's own"));
        lastResort.hear(new StackOverflowError());
        if (!end.isDone()) {
          lastResort.hear(new OutOfMemoryError("Java heap space"));
        }
      });
      assertThat(end.orTimeout(20, TimeUnit.SECONDS).join()).contains("memory", "-Xmx");
    } finally {
      vertx.close().toCompletionStage().toCompletableFuture().join();
    }
  }

  @Test
  void anErrorOfADrawingIsItsRequestsOwn() {
    lastResort.hear(new OutOfMemoryError("Java heap space"));
    assertThat(end).isNotDone();
  }

  @Test
  void aThreadThatDiesOfAnErrorOfTheMachineEndsTheProcess() throws Exception {
    Thread thread =
        Thread.ofPlatform()
            .unstarted(() -> {
              throw new OutOfMemoryError("x");
            });
    thread.setUncaughtExceptionHandler(lastResort::heardOfDead);
    thread.start();
    thread.join();
    assertThat(end).isCompletedWithValueMatching(why -> why.startsWith("a thread has died"));
  }

  private static void kill(EventExecutor loop) {
    loop.shutdownGracefully(0, 0, TimeUnit.SECONDS);
  }
}
