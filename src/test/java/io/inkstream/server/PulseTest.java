package io.inkstream.server;

import static org.assertj.core.api.Assertions.assertThat;

import io.inkstream.Await;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.nio.NioEventLoopGroup;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class PulseTest {
  private final EventLoopGroup loops = new NioEventLoopGroup(2);
  private final CountDownLatch silent = new CountDownLatch(1);
  private final CountDownLatch release = new CountDownLatch(1);

  @AfterEach
  void close() {
    release.countDown();
    loops.shutdownGracefully(0, 0, TimeUnit.SECONDS).syncUninterruptibly();
  }

  @Test
  void anEventLoopThatDoesNotAnswerIsFound() throws Exception {
    var pulse = new Pulse(silent::countDown, Duration.ofMillis(10), 5);
    pulse.watch(loops);
    loops.next().execute(this::hang);

    pulse.start();

    assertThat(silent.await(20, TimeUnit.SECONDS)).isTrue();
    pulse.stop();
  }

  private void hang() {
    try {
      release.await();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  @Test
  void eventLoopsThatAnswerAreLeftAlone() {
    var turns = new AtomicInteger();
    var pulse = new Pulse(silent::countDown, Duration.ofMillis(1), 5_000);
    pulse.watch(loops);
    var _ = loops.next().scheduleAtFixedRate(turns::incrementAndGet, 0, 1, TimeUnit.MILLISECONDS);

    pulse.start();

    Await.until("it has run for a while", () -> turns.get() > 100);
    assertThat(silent.getCount()).isEqualTo(1);
    pulse.stop();
  }
}
