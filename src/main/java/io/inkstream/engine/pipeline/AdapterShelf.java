package io.inkstream.engine.pipeline;

import io.inkstream.engine.request.AdapterChoice;
import io.inkstream.engine.request.InvalidRequestException;
import io.inkstream.engine.transformer.AdapterWeight;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// The adapters of a model by their names, and which of them act where a request does not say. Safe
/// for any thread; a change is one of later requests.
public final class AdapterShelf {
  /// Where an adapter comes from.
  ///
  /// @param path as it was given
  /// @param trusted whether it may lie anywhere: it was named at the start, not by a request
  /// @param alpha in the place of what its file says, if any
  public record Source(String path, boolean trusted, Optional<Double> alpha) {
    static Source ofRequest(String path) {
      return new Source(path, false, Optional.empty());
    }
  }

  private final boolean merged;
  // Guarded by this.
  private final Map<String, Source> named = new LinkedHashMap<>();
  private List<AdapterChoice> set;
  private boolean acting = true;
  private List<AdapterWeight> inWeights = List.of();
  private Optional<AdapterOpener> opener = Optional.empty();

  /// @param named at the start
  /// @param set those that act where a request does not say
  /// @param merged whether they are part of the weights, and no others can act
  public AdapterShelf(Map<String, Source> named, List<AdapterChoice> set, boolean merged) {
    this.named.putAll(named);
    this.set = List.copyOf(set);
    this.merged = merged;
  }

  /// A shelf without adapters.
  public static AdapterShelf empty() {
    return new AdapterShelf(Map.of(), List.of(), false);
  }

  /// Is told of the transformer when that is loaded.
  public synchronized void attach(AdapterOpener loaded) {
    opener = Optional.of(loaded);
  }

  /// Is told of the adapters that have become part of the weights.
  public synchronized void merge(List<AdapterWeight> adapters) {
    inWeights = List.copyOf(adapters);
  }

  /// The adapters that have become part of the weights.
  synchronized List<AdapterWeight> inWeights() {
    return inWeights;
  }

  /// Whether the adapters are part of the weights.
  public boolean merged() {
    return merged;
  }

  /// Those that act where a request does not say.
  public synchronized List<AdapterChoice> active() {
    return acting ? set : List.of();
  }

  /// All that have a name, with their paths as they were given.
  public synchronized Map<String, String> named() {
    Map<String, String> paths = new LinkedHashMap<>();
    named.forEach((name, source) -> paths.put(name, source.path()));
    return Collections.unmodifiableMap(paths);
  }

  /// The weights of what a request names.
  ///
  /// @throws InvalidRequestException if an adapter is not there, not allowed, damaged or another
  ///   model's
  public synchronized List<AdapterWeight> find(List<AdapterChoice> choices) {
    if (merged) {
      requireMerged(choices);
      return List.of();
    }
    requireFew(choices);
    List<AdapterWeight> found = new ArrayList<>();
    choices.forEach(choice -> found.add(opened(source(choice), choice.scale())));
    return found;
  }

  private void requireMerged(List<AdapterChoice> choices) {
    if (!choices.equals(set)) {
      throw refused(
          "merge mode has made %s part of the weights: none other can act, nor none"
              .formatted(named.keySet()));
    }
  }

  private static void requireFew(List<AdapterChoice> choices) {
    if (choices.size() > AdapterChoice.MOST) {
      throw refused(
          "%d adapters are too many, must be at most %d"
              .formatted(choices.size(), AdapterChoice.MOST));
    }
  }

  private AdapterWeight opened(Source source, double scale) {
    return opener
        .orElseThrow(() ->
            refused("none can act, as the start named neither --lora-path nor --lora-folders"))
        .open(source, scale);
  }

  private Source source(AdapterChoice choice) {
    return choice
        .path()
        .map(Source::ofRequest)
        .or(() -> choice.name().map(named::get))
        .orElseThrow(() ->
            refused(
                "name is '%s', must be one of %s"
                    .formatted(choice.name().orElse(""), named.keySet())));
  }

  /// Names adapters, and makes them those that act where a request does not say.
  ///
  /// @param choices with names; those with paths get their names from now on
  /// @throws InvalidRequestException as [#find], and then nothing has changed
  public synchronized void set(List<AdapterChoice> choices) {
    requireBeside();
    find(choices);
    List<AdapterChoice> byName = new ArrayList<>();
    for (AdapterChoice choice : choices) {
      String name = choice.name().orElseThrow(() -> refused("has no name"));
      choice.path().ifPresent(path -> named.put(name, Source.ofRequest(path)));
      byName.add(AdapterChoice.named(name, choice.scale()));
    }
    set = List.copyOf(byName);
    acting = true;
  }

  private void requireBeside() {
    if (merged) {
      throw refused("merge mode has made %s part of the weights".formatted(named.keySet()));
    }
  }

  /// Lets those that were set act again.
  ///
  /// @param scale of each of them from now on; empty: as they were set
  /// @throws InvalidRequestException if a scale is not allowed, or the adapters are in the weights
  public synchronized void act(Optional<Double> scale) {
    requireBeside();
    scale.ifPresent(other -> set = set.stream().map(one -> one.scaled(other)).toList());
    acting = true;
  }

  /// Lets those that were set act no longer where a request does not say; they keep their names.
  ///
  /// @throws InvalidRequestException if the adapters are in the weights
  public synchronized void rest() {
    requireBeside();
    acting = false;
  }

  private static InvalidRequestException refused(String problem) {
    return new InvalidRequestException("lora", "lora: " + problem);
  }
}
