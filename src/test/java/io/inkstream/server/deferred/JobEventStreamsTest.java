package io.inkstream.server.deferred;

import static org.assertj.core.api.Assertions.assertThat;

import io.quarkus.test.junit.QuarkusTest;
import io.smallrye.mutiny.helpers.test.AssertSubscriber;
import io.smallrye.mutiny.operators.multi.processors.BroadcastProcessor;
import jakarta.inject.Inject;
import org.junit.jupiter.api.Test;

@QuarkusTest
class JobEventStreamsTest {
  private static final byte[] OPEN = {0};
  private static final byte[] EVENT = {1};

  @Inject JobEventStreams streams;

  @Test
  void aWatcherWhoseEventCannotBeWrittenEndsAlone() {
    BroadcastProcessor<byte[]> events = BroadcastProcessor.create();
    var failing = new Failing();
    var other = AssertSubscriber.<byte[]>create(Long.MAX_VALUE);
    streams.beating(OPEN, events).subscribe().withSubscriber(failing);
    streams.beating(OPEN, events).subscribe().withSubscriber(other);

    events.onNext(EVENT);

    failing.assertFailedWith(OutOfMemoryError.class, "as if");
    assertThat(other.getItems()).containsExactly(OPEN, EVENT);
    other.cancel();
  }

  private static final class Failing extends AssertSubscriber<byte[]> {
    Failing() {
      super(Long.MAX_VALUE);
    }

    @Override
    public synchronized void onItem(byte[] frame) {
      if (frame == EVENT) {
        throw new OutOfMemoryError("as if");
      }
      super.onItem(frame);
    }
  }
}
