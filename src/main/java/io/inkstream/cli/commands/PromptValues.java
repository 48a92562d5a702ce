package io.inkstream.cli.commands;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Stack;
import picocli.CommandLine.IParameterPreprocessor;
import picocli.CommandLine.MissingParameterException;
import picocli.CommandLine.Model.ArgSpec;
import picocli.CommandLine.Model.CommandSpec;

/// Takes one text or more, up to the next word with a hyphen: a mistyped option is no prompt. What
/// an equals sign joins to the option is its text, whatever it looks like.
final class PromptValues implements IParameterPreprocessor {
  @Override
  @SuppressWarnings("JdkObsolete") // the library's choice of a stack
  public boolean preprocess(
      Stack<String> args, CommandSpec command, ArgSpec option, Map<String, Object> info) {
    boolean joined = "=".equals(info.get("separator"));
    if (args.isEmpty() || (!joined && command.optionsMap().containsKey(args.peek()))) {
      throw new MissingParameterException(
          command.commandLine(), option, "Missing value for option '--prompt': one text or more");
    }
    List<String> given = option.getValue();
    List<String> prompts = new ArrayList<>(given == null ? List.of() : given);
    prompts.add(args.pop());
    while (!args.isEmpty() && !args.peek().startsWith("-")) {
      prompts.add(args.pop());
    }
    option.setValue(prompts);
    return true;
  }
}
