package io.inkstream.engine.pipeline;

import io.inkstream.engine.pipeline.DrawingEvent.PromptsRead;
import io.inkstream.engine.request.GenerationRequest;
import io.inkstream.engine.textencoder.PromptEmbeds;
import java.util.List;
import java.util.function.Function;
import java.util.stream.Stream;

/// A request's texts as the transformer reads them.
///
/// @param cond embeddings of each prompt
/// @param uncond embeddings of each negative prompt; none without guidance
record Prompts(List<PromptEmbeds> cond, List<PromptEmbeds> uncond) {
  Prompts {
    cond = List.copyOf(cond);
    uncond = List.copyOf(uncond);
  }

  /// Reads them.
  ///
  /// @param encode a text to its embeddings
  static Prompts of(GenerationRequest request, Function<String, PromptEmbeds> encode) {
    var texts = request.texts();
    return new Prompts(
        texts.prompts().stream().map(encode).toList(),
        request.usesTrueCfg() ? texts.negativeOfEach().stream().map(encode).toList() : List.of());
  }

  /// Tokens of the longest.
  int longest() {
    return Stream.concat(cond.stream(), uncond.stream())
        .mapToInt(PromptEmbeds::tokens)
        .max()
        .orElse(0);
  }

  /// That they have been read.
  PromptsRead read(AdmittedRequest admitted) {
    int all = cond.stream().mapToInt(PromptEmbeds::tokens).sum();
    int given = cond.size() * admitted.load().given().promptTokens();
    return new PromptsRead(new TokenCounts(all - given, given, admitted.size().tokens()));
  }
}
