package io.inkstream.server.http;

import static org.assertj.core.api.Assertions.assertThat;

import io.smallrye.mutiny.Multi;
import io.smallrye.mutiny.helpers.test.AssertSubscriber;
import io.smallrye.mutiny.operators.multi.processors.BroadcastProcessor;
import org.junit.jupiter.api.Test;

class TakenChunksTest {
  private static final byte[] CHUNK = {1};

  @Test
  void whatIsThrownWhereOneIsTakenEndsThatReadingAlone() {
    BroadcastProcessor<byte[]> chunks = BroadcastProcessor.create();
    var first = reading(chunks);
    var failing = new Failing();
    TakenChunks.of(chunks).subscribe().withSubscriber(failing);
    var last = reading(chunks);

    chunks.onNext(CHUNK);
    chunks.onNext(CHUNK);

    failing.assertFailedWith(OutOfMemoryError.class, "as if");
    assertThat(first.getItems()).containsExactly(CHUNK, CHUNK);
    assertThat(last.getItems()).containsExactly(CHUNK, CHUNK);
  }

  private static AssertSubscriber<byte[]> reading(Multi<byte[]> chunks) {
    return TakenChunks.of(chunks)
        .subscribe()
        .withSubscriber(AssertSubscriber.create(Long.MAX_VALUE));
  }

  private static final class Failing extends AssertSubscriber<byte[]> {
    Failing() {
      super(Long.MAX_VALUE);
    }

    @Override
    public synchronized void onItem(byte[] chunk) {
      throw new OutOfMemoryError("as if");
    }
  }
}
