package io.inkstream.cli.commands;

import java.util.concurrent.Callable;
import picocli.AutoComplete;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/// `completion`: a script that lets a shell complete commands, options and their words.
@Command(
    name = "completion",
    mixinStandardHelpOptions = true,
    description = "Prints what lets a shell complete commands and options.",
    footer = {
      "",
      "For this shell:",
      "  bash: source <(inkstream completion bash)",
      "  zsh:  source <(inkstream completion zsh), after compinit",
      "  fish: inkstream completion fish | source",
      "For all to come, write it to ~/.local/share/bash-completion/completions/inkstream,",
      "source it in ~/.zshrc, or write it to ~/.config/fish/completions/inkstream.fish."
    })
final class CompletionCommand implements Callable<Integer> {
  private enum Shell {
    BASH,
    ZSH,
    FISH
  }

  @Spec private CommandSpec spec;

  @Parameters(paramLabel = "bash|zsh|fish", description = "The shell.")
  private Shell shell = Shell.BASH;

  @Override
  public Integer call() {
    CommandLine root = spec.parent().commandLine();
    spec.commandLine().getOut().println(script(root));
    spec.commandLine().getOut().flush();
    return 0;
  }

  private String script(CommandLine root) {
    return switch (shell) {
      case BASH -> AutoComplete.bash(root.getCommandName(), root);
      // The library's script is bash's, and asks zsh to read it so; that needs its functions.
      case ZSH ->
          "autoload -Uz bashcompinit && bashcompinit\n"
              + AutoComplete.bash(root.getCommandName(), root);
      case FISH -> FishCompletion.of(root.getCommandSpec());
    };
  }
}
