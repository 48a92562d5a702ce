package io.inkstream.engine.hub;

import io.inkstream.engine.hub.Wanted.Any;
import io.inkstream.engine.hub.Wanted.Model;
import io.inkstream.engine.hub.Wanted.OneFile;
import io.inkstream.engine.hub.Wanted.Weights;
import io.inkstream.engine.weights.WeightNames;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/// Which files of a repository are needed: configurations and tokenizers, then the weights that the
/// indices among them name. Never what would be executed, weights in other forms, or pictures.
///
/// @param snapshot where those lie that have been fetched
record Selection(Repository repository, RepoListing listing, Path snapshot) {
  private static final Pattern CONFIGURATION = Pattern.compile(".*\\.(json|txt|jinja)");

  /// What says which folders there are.
  ///
  /// @throws HubException if there is none
  List<RepoFile> first(Wanted wanted) {
    return switch (wanted) {
      case Model _ -> List.of(required(PipelineIndex.FILE));
      case OneFile _, Weights _ -> List.of();
      case Any any -> first(settled(any));
    };
  }

  /// All that is needed beside weights, when [#first] is there.
  List<RepoFile> configurations(Wanted wanted) {
    return switch (wanted) {
      case OneFile _ -> List.of();
      case Any any -> configurations(settled(any));
      case Weights _ -> listing.in("").stream().filter(Selection::isConfiguration).toList();
      case Model _ ->
          Stream.concat(Stream.of(""), PipelineIndex.read(snapshot).components().stream())
              .flatMap(folder -> listing.in(folder).stream())
              .filter(Selection::isConfiguration)
              .toList();
    };
  }

  private Wanted settled(Any any) {
    return any.settled(listing.file(PipelineIndex.FILE).isPresent());
  }

  private static boolean isConfiguration(RepoFile file) {
    return CONFIGURATION.matcher(file.name()).matches();
  }

  /// The weights, when [#configurations] are there.
  ///
  /// @throws HubException if there are none
  List<RepoFile> weights(Wanted wanted) {
    return switch (wanted) {
      case OneFile one -> List.of(required(one.file()));
      case Weights _ -> weightsOf("");
      case Any any -> weights(settled(any));
      case Model model ->
          model.networks().stream().sorted().flatMap(each -> weightsOf(each).stream()).toList();
    };
  }

  private List<RepoFile> weightsOf(String folder) {
    var names = listing.in(folder).stream().map(RepoFile::name).toList();
    String chosen = WeightNames.only(names).orElseThrow(() -> without(folder, names));
    if (!chosen.endsWith(".json")) {
      return List.of(required(in(folder, chosen)));
    }
    Set<String> shards = WeightNames.shards(snapshot.resolve(in(folder, chosen)));
    return shards.stream().map(shard -> required(in(folder, shard))).toList();
  }

  private static String in(String folder, String name) {
    return folder.isEmpty() ? name : folder + "/" + name;
  }

  private HubException without(String folder, List<String> names) {
    var found = WeightNames.chosen(names);
    return new HubException(
        found.isEmpty()
            ? "%s has no safetensors in %s; it has %s"
                .formatted(repository, place(folder), some(names))
            : "%s has several weights in %s, name one of them: %s"
                .formatted(repository, place(folder), some(found)));
  }

  private static String place(String folder) {
    return folder.isEmpty() ? "its top folder" : folder;
  }

  private static String some(List<String> names) {
    List<String> shown = new ArrayList<>(names.subList(0, Math.min(12, names.size())));
    if (shown.size() < names.size()) {
      shown.add("…");
    }
    return shown.isEmpty() ? "nothing" : HubException.shown(String.join(", ", shown));
  }

  private RepoFile required(String path) {
    Optional<RepoFile> file = listing.file(path);
    return file.orElseThrow(() ->
        new HubException(
            "%s has no %s%s; it has %s"
                .formatted(
                    repository,
                    path,
                    repository.revisionNote(),
                    some(listing.in("").stream().map(RepoFile::path).toList()))));
  }
}
