package io.inkstream.server.deferred;

import com.fasterxml.jackson.databind.PropertyNamingStrategies.SnakeCaseStrategy;
import com.fasterxml.jackson.databind.annotation.JsonNaming;
import io.inkstream.server.files.ClientFile;
import io.quarkus.runtime.annotations.RegisterForReflection;
import java.util.List;
import org.eclipse.microprofile.openapi.annotations.media.Schema;
import org.jspecify.annotations.Nullable;

/// A file, as OpenAI describes it.
///
/// @param object `file`
/// @param createdAt seconds since 1970, as is `expiresAt`
/// @param status always `processed`
@JsonNaming(SnakeCaseStrategy.class)
@RegisterForReflection
record FileObject(
    String id,
    String object,
    long bytes,
    long createdAt,
    long expiresAt,
    String filename,
    String purpose,
    String status) {
  static FileObject of(ClientFile file) {
    return new FileObject(
        file.id(),
        "file",
        file.bytes(),
        file.created().getEpochSecond(),
        file.expires().getEpochSecond(),
        file.name(),
        file.purpose(),
        "processed");
  }

  /// A page of them.
  @JsonNaming(SnakeCaseStrategy.class)
  @RegisterForReflection
  @Schema(name = "FileList")
  record Page(
      String object,
      List<FileObject> data,
      @Nullable String firstId,
      @Nullable String lastId,
      boolean hasMore) {
    static Page of(Paged<ClientFile> files) {
      var data = files.items().stream().map(FileObject::of).toList();
      return new Page(
          "list",
          data,
          data.isEmpty() ? null : data.getFirst().id(),
          data.isEmpty() ? null : data.getLast().id(),
          files.hasMore());
    }
  }

  /// It is no more.
  @RegisterForReflection
  @Schema(name = "FileDeleted")
  record Deleted(String id, String object, boolean deleted) {}
}
