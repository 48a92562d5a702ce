package io.inkstream.server.jobstore;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.math.BigDecimal;
import java.time.Instant;
import java.util.Arrays;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/// The one encoding of what happens to a job, for whichever store: `image.job.STATUS` for each
/// status that it takes, `image.job.progress` between. The data is JSON with `type` and the job's
/// `id`, `status`, `progress` and `at`, seconds since 1970; of the last event also `result` or
/// `error`, as the job has it.
public final class JobEvents {
  private static final String PREFIX = "image.job.";

  /// How far a drawing is.
  public static final String PROGRESS = PREFIX + "progress";

  private static final Set<String> LAST =
      Arrays.stream(JobStatus.values())
          .filter(JobStatus::isEnd)
          .map(JobEvents::type)
          .collect(Collectors.toUnmodifiableSet());
  private static final ObjectMapper MAPPER = new ObjectMapper();

  private JobEvents() {}

  /// The event of a job's taking a status: `image.job.completed`.
  public static String type(JobStatus status) {
    return PREFIX + status;
  }

  static boolean isLast(String type) {
    return LAST.contains(type);
  }

  /// A job has the status that it has.
  public static EventBody of(StoredJob job) {
    Instant at = job.ended().or(job::started).orElse(job.created());
    return of(job.id(), job.status(), at, job.progress(), job.result(), job.error());
  }

  static EventBody of(
      String id,
      JobStatus status,
      Instant at,
      int progress,
      Optional<String> result,
      Optional<String> error) {
    ObjectNode data = data(type(status), id, status, at, progress);
    result.ifPresent(json -> data.set("result", read(json)));
    error.ifPresent(json -> data.set("error", read(json)));
    return body(data);
  }

  /// A job that is drawn is so far.
  ///
  /// @param at by the calendar of who draws
  /// @param more fields of the data
  public static EventBody progress(String id, Instant at, int progress, ObjectNode more) {
    return body(data(PROGRESS, id, JobStatus.IN_PROGRESS, at, progress).setAll(more));
  }

  private static ObjectNode data(
      String type, String id, JobStatus status, Instant at, int progress) {
    return JsonNodeFactory.instance
        .objectNode()
        .put("type", type)
        .put("id", id)
        .put("object", "image.job")
        .put("at", BigDecimal.valueOf(at.toEpochMilli(), 3))
        .put("status", status.toString())
        .put("progress", progress);
  }

  private static EventBody body(JsonNode data) {
    try {
      return new EventBody(data.path("type").textValue(), MAPPER.writeValueAsBytes(data));
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("a tree has no form in JSON", e);
    }
  }

  private static JsonNode read(String json) {
    try {
      return MAPPER.readTree(json);
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("a job keeps what is no JSON: " + e.getOriginalMessage(), e);
    }
  }
}
