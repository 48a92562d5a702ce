package io.inkstream.cli.commands;

import io.inkstream.cli.progress.PullProgress;
import io.inkstream.engine.checkpoint.Part;
import io.inkstream.engine.hub.HubAccess;
import io.inkstream.engine.hub.HubPull;
import io.inkstream.engine.hub.Wanted;
import io.inkstream.engine.weights.HubName;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/// `pull`: what a model or an adapter needs comes from the Hub into the cache, the newest.
@Command(
    name = "pull",
    mixinStandardHelpOptions = true,
    sortOptions = false,
    description = "Fetch a model or an adapter from the Hugging Face Hub into its cache.",
    footer = {
      "",
      "Examples:",
      "  inkstream pull Qwen/Qwen-Image",
      "  inkstream pull city96/Qwen-Image-gguf qwen-image-Q4_K_M.gguf",
      "",
      "HF_TOKEN, HF_HOME, HF_HUB_CACHE, HF_ENDPOINT and HF_HUB_OFFLINE are honoured,",
      "and what 'hf auth login' has left. An interrupted fetch goes on where it was."
    })
final class PullCommand implements Callable<Integer> {
  private static final Set<String> NETWORKS =
      Stream.of(Part.values()).map(Part::folder).collect(Collectors.toUnmodifiableSet());

  @Spec private CommandSpec spec;

  @Parameters(
      index = "0",
      paramLabel = "MODEL",
      description = "owner/name of a repository, or owner/name/FILE.")
  private String model = "";

  @Parameters(
      index = "1..*",
      paramLabel = "FILE",
      description =
          "Of it only these. Without: what a pipeline needs, or the only weights there are.")
  private List<String> files = new ArrayList<>();

  @Option(
      names = "--revision",
      paramLabel = "REVISION",
      description = "A branch, a tag or a commit. Default: main.")
  private @Nullable String revision;

  @Option(
      names = {"-q", "--quiet"},
      description = "Print the folder alone.")
  private boolean quiet;

  @Override
  public Integer call() {
    var err = spec.commandLine().getErr();
    var progress = quiet ? PullProgress.NONE : PullProgress.on(err, Terminal.isThere());
    var pull = new HubPull(HubAccess.of(System.getenv()), wanted(), progress::say);
    new Pulling(progress).run(pull);
    pull.places().forEach(spec.commandLine().getOut()::println);
    return 0;
  }

  private List<Wanted> wanted() {
    HubName name =
        HubName.of(model)
            .orElseThrow(() ->
                new ParameterException(
                    spec.commandLine(),
                    "MODEL is '%s', must be owner/name of a repository on the Hub, or owner/name/FILE"
                        .formatted(model)));
    List<String> named = new ArrayList<>(files);
    name.file().ifPresent(named::addFirst);
    return named.isEmpty()
        ? List.of(new Wanted.Any(name.repository(), state(), NETWORKS))
        : named.stream()
            .map(file -> (Wanted) new Wanted.OneFile(name.repository(), state(), file))
            .toList();
  }

  private Optional<String> state() {
    return Optional.ofNullable(revision);
  }
}
