package io.inkstream.server.http;

import io.smallrye.mutiny.Multi;
import io.smallrye.mutiny.operators.multi.AbstractMultiOperator;
import io.smallrye.mutiny.operators.multi.MultiOperatorProcessor;
import io.smallrye.mutiny.subscription.BackPressureStrategy;
import io.smallrye.mutiny.subscription.MultiEmitter;
import io.smallrye.mutiny.subscription.MultiSubscriber;
import java.util.function.Consumer;
import org.jboss.logging.Logger;

/// The chunks of an answer, none of which is passed on unasked. What is thrown where one is taken,
/// be it an OutOfMemoryError, ends the answer there: Mutiny's emitters pass nothing on after that,
/// not even a failure, and Quarkus waits for ever.
public final class TakenChunks extends AbstractMultiOperator<byte[], byte[]> {
  private static final Logger LOG = Logger.getLogger(TakenChunks.class);

  private TakenChunks(Multi<byte[]> upstream) {
    super(upstream);
  }

  public static Multi<byte[]> of(Consumer<MultiEmitter<? super byte[]>> start) {
    return of(Multi.createFrom().emitter(start, BackPressureStrategy.ERROR));
  }

  /// The same for chunks of which there are never more than are asked for.
  public static Multi<byte[]> of(Multi<byte[]> chunks) {
    return new TakenChunks(chunks);
  }

  @Override
  public void subscribe(MultiSubscriber<? super byte[]> downstream) {
    upstream.subscribe().withSubscriber(new Taking(downstream));
  }

  private static final class Taking extends MultiOperatorProcessor<byte[], byte[]> {
    Taking(MultiSubscriber<? super byte[]> downstream) {
      super(downstream);
    }

    @Override
    public void onItem(byte[] chunk) {
      try {
        super.onItem(chunk);
      } catch (Throwable e) {
        LOG.errorf("an answer broke off: %s", e);
        cancel();
        downstream.onFailure(e);
      }
    }
  }
}
