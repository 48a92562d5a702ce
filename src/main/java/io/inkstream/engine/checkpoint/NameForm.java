package io.inkstream.engine.checkpoint;

import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/// Which network a file's names are of, and whose names they are.
///
/// @param part empty if of none
/// @param by `diffusers and transformers`, `ComfyUI`, `Wan`, `llama.cpp` or `unknown`
record NameForm(Optional<Part> part, String by) {
  private static final int RESIDUAL_BLOCKS =
      2; // of the published VAE: the signs are the same for all

  static NameForm of(Set<String> names) {
    for (Part part : Part.values()) {
      String prefix = Prefixes.of(names, part.ownPrefixes());
      Set<String> own = inside(names, prefix);
      boolean wan = part == Part.VAE && WanVaeNames.areIn(own);
      boolean llama = part == Part.TEXT_ENCODER && own.contains("token_embd.weight");
      if (part.isOf(inSnapshot(own, wan, llama))) {
        String by = prefix.isEmpty() ? "diffusers and transformers" : "ComfyUI";
        return new NameForm(Optional.of(part), wan ? "Wan" : llama ? "llama.cpp" : by);
      }
    }
    return new NameForm(Optional.empty(), "unknown");
  }

  /// Those of a prefix, without it.
  static Set<String> inside(Set<String> names, String prefix) {
    Map<String, String> all = new LinkedHashMap<>();
    names.forEach(name -> all.put(name, name));
    return Prefixes.inside(all, prefix).keySet();
  }

  private static Set<String> inSnapshot(Set<String> names, boolean wan, boolean llama) {
    var table = WanVaeNames.of(RESIDUAL_BLOCKS);
    Set<String> mapped = new LinkedHashSet<>();
    for (String name : names) {
      Optional<String> other =
          wan ? table.named(name) : llama ? LlamaNames.named(name) : Optional.empty();
      mapped.add(other.orElseGet(() -> LanguageModelNames.usual(name)));
    }
    return mapped;
  }
}
