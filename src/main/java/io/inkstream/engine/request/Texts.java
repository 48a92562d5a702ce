package io.inkstream.engine.request;

import static io.inkstream.engine.request.InvalidRequestException.require;

import io.inkstream.engine.textencoder.PromptEncoder;
import java.util.Collections;
import java.util.List;

/// What a request says in words.
///
/// @param prompts one or more
/// @param negatives none, one for all prompts, or one for each; an empty text counts as given
/// @param maxSequenceLength prompt tokens that count, 1 to [PromptEncoder#MAX_SEQUENCE_LENGTH]
public record Texts(List<String> prompts, List<String> negatives, int maxSequenceLength) {
  /// That of Qwen-Image's own examples: guidance acts, away from nothing in particular.
  public static final String DEFAULT_NEGATIVE = " ";

  /// diffusers' default.
  public static final int DEFAULT_SEQUENCE_LENGTH = 512;

  public Texts {
    prompts = List.copyOf(prompts);
    negatives = List.copyOf(negatives);
    require(!prompts.isEmpty(), "prompt", "[]", "one text or more");
    require(
        negatives.size() <= 1 || negatives.size() == prompts.size(),
        "negative_prompt",
        "a list of " + negatives.size(),
        "one text, or one for each of " + prompts.size() + " prompts");
    require(
        maxSequenceLength >= 1 && maxSequenceLength <= PromptEncoder.MAX_SEQUENCE_LENGTH,
        "max_sequence_length",
        maxSequenceLength,
        "1 to " + PromptEncoder.MAX_SEQUENCE_LENGTH);
  }

  /// Texts of the default length.
  public static Texts of(List<String> prompts, List<String> negatives) {
    return new Texts(prompts, negatives, DEFAULT_SEQUENCE_LENGTH);
  }

  /// The same with other prompts.
  public Texts withPrompts(List<String> others) {
    return new Texts(others, negatives, maxSequenceLength);
  }

  /// The same with other negative prompts.
  public Texts withNegatives(List<String> others) {
    return new Texts(prompts, others, maxSequenceLength);
  }

  /// The same with another length.
  public Texts withMaxSequenceLength(int other) {
    return new Texts(prompts, negatives, other);
  }

  /// A negative prompt for each prompt.
  public List<String> negativeOfEach() {
    return negatives.size() == 1
        ? Collections.nCopies(prompts.size(), negatives.getFirst())
        : negatives;
  }
}
