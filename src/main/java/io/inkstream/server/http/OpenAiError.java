package io.inkstream.server.http;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonInclude.Include;
import io.inkstream.server.refusal.Refusal;
import io.quarkus.runtime.annotations.RegisterForReflection;
import org.eclipse.microprofile.openapi.annotations.media.Schema;
import org.jspecify.annotations.Nullable;

/// The body of every answer that is no success. OpenAI's clients want all four keys, null or not.
@JsonInclude(Include.ALWAYS)
@Schema(name = "OpenAiError", description = "The body of every answer that is no success")
@RegisterForReflection
public record OpenAiError(Detail error) {
  /// What is wrong.
  ///
  /// @param param the request's field at fault
  /// @param code a word for programs
  @JsonInclude(Include.ALWAYS)
  @Schema(name = "ErrorDetail")
  @RegisterForReflection
  public record Detail(
      String message, String type, @Nullable String param, @Nullable String code) {}

  public static OpenAiError of(Refusal refusal) {
    return new OpenAiError(
        new Detail(refusal.message(), refusal.type(), refusal.param(), refusal.code()));
  }
}
