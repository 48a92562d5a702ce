package io.inkstream.server.deferred;

import io.inkstream.server.claims.JobDesk;
import io.inkstream.server.config.ServerSettings;
import io.inkstream.server.http.ApiException;
import io.inkstream.server.http.TakenChunks;
import io.inkstream.server.jobstore.StoredEvent;
import io.inkstream.server.jobstore.StoredJob;
import io.smallrye.mutiny.Multi;
import jakarta.inject.Singleton;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// The events of jobs, for a browser's `EventSource`: numbered, so that one that comes again hears
/// what it has missed. An event is the same bytes for all who watch.
@Singleton
final class JobEventStreams {
  // Headers leave with it. A browser comes again after two seconds.
  private static final byte[] OPEN = bytes(": watching\nretry: 2000\n\n");
  private static final byte[] BEAT = bytes(": heartbeat\n\n");
  private static final byte[] END = {};

  // A frame, or a chunk of one, may have tens of kilobytes.
  private static final int AHEAD = 16; // the least that Mutiny takes

  private final JobDesk desk;
  private final Duration heartbeat;

  JobEventStreams(JobDesk desk, ServerSettings settings) {
    this.desk = desk;
    this.heartbeat = settings.heartbeat();
  }

  private static byte[] bytes(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }

  /// The number of the last event that a watcher has seen; 0: none.
  ///
  /// @throws ApiException if it is none
  static long number(@Nullable String lastEventId) {
    try {
      return lastEventId == null || lastEventId.isBlank() ? 0 : Long.parseLong(lastEventId.strip());
    } catch (NumberFormatException e) {
      throw ApiException.badRequest(
          "Last-Event-ID", "Last-Event-ID is '" + lastEventId + "', must be a number of an event");
    }
  }

  /// Whether a watcher has seen the job's last event. To say 204 then is what makes an
  /// `EventSource` come no more.
  static boolean isOver(StoredJob job, long after) {
    return job.status().isEnd() && after >= job.lastEvent();
  }

  /// Frames, to the last event.
  Multi<byte[]> frames(StoredJob job, long after) {
    if (isOver(job, after)) {
      return Multi.createFrom().empty();
    }
    Multi<byte[]> events = desk.store().events(job.id(), after).map(StoredEvent::frame);
    return beating(OPEN, events);
  }

  /// Frames with signs of life between.
  ///
  /// @param open leaves at once, and headers with it
  Multi<byte[]> beating(byte[] open, Multi<byte[]> frames) {
    return TakenChunks.of(
        Multi.createBy()
            .merging()
            .withRequests(AHEAD)
            .streams(
                Multi.createFrom().item(open),
                frames.onCompletion().continueWith(List.of(END)),
                beats())
            .select()
            .first(frame -> frame != END));
  }

  private Multi<byte[]> beats() {
    return heartbeat.isZero()
        ? Multi.createFrom().empty()
        : Multi.createFrom()
            .ticks()
            .startingAfter(heartbeat)
            .every(heartbeat)
            .onOverflow()
            .drop()
            .map(tick -> BEAT);
  }
}
