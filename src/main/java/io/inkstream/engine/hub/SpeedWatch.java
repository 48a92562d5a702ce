package io.inkstream.engine.hub;

import java.io.IOException;
import java.io.InputStream;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;

/// Cuts what comes too slowly: a deadline for bytes, not for a whole file.
final class SpeedWatch implements AutoCloseable {
  private final Patience patience;
  private final Set<Flow> flows = ConcurrentHashMap.newKeySet();
  private final ScheduledExecutorService clock =
      Executors.newSingleThreadScheduledExecutor(
          Thread.ofPlatform().daemon().name("inkstream-hub-clock").factory());

  SpeedWatch(Patience patience) {
    this.patience = patience;
    long window = patience.window().toMillis();
    var _ =
        clock.scheduleAtFixedRate(
            () -> flows.forEach(this::look), window, window, TimeUnit.MILLISECONDS);
  }

  /// Has something done again and again until the end.
  void every(long millis, Runnable what) {
    var _ = clock.scheduleAtFixedRate(what, millis, millis, TimeUnit.MILLISECONDS);
  }

  /// Bytes that are watched from now on until they are closed.
  Flow watch(InputStream bytes) {
    var flow = new Flow(bytes);
    flows.add(flow);
    return flow;
  }

  private void look(Flow flow) {
    long came = flow.came.getAndSet(0);
    // The first look may be a moment after the beginning.
    if (flow.seen && came < patience.leastBytes()) {
      flow.cut = true;
      flow.end();
    }
    flow.seen = true;
  }

  final class Flow implements AutoCloseable {
    private final InputStream bytes;
    private final AtomicLong came = new AtomicLong();
    private volatile boolean cut;
    private boolean seen;

    private Flow(InputStream bytes) {
      this.bytes = bytes;
    }

    /// As [InputStream#read(byte\[\], int, int)].
    int read(byte[] chunk, int most) throws IOException {
      try {
        int read = bytes.read(chunk, 0, most);
        came.addAndGet(Math.max(read, 0));
        return requireGoing(read);
      } catch (IOException e) {
        throw cut ? tooSlow() : e;
      }
    }

    private int requireGoing(int read) throws IOException {
      if (cut) {
        throw tooSlow();
      }
      return read;
    }

    private IOException tooSlow() {
      return new IOException(
          "fewer than %d bytes came in %.1f s"
              .formatted(patience.leastBytes(), patience.window().toMillis() / 1e3));
    }

    private void end() {
      try {
        bytes.close();
      } catch (IOException e) {
        cut = true; // it is at its end in any case, and its reader hears of it
      }
    }

    @Override
    public void close() {
      flows.remove(this);
      end();
    }
  }

  /// Afterwards nobody is told any more.
  @Override
  public void close() {
    clock.close();
  }
}
