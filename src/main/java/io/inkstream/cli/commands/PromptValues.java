package io.inkstream.cli.commands;

import java.util.ArrayList;
import java.util.List;
import java.util.Stack;
import picocli.CommandLine.IParameterConsumer;
import picocli.CommandLine.MissingParameterException;
import picocli.CommandLine.Model.ArgSpec;
import picocli.CommandLine.Model.CommandSpec;

/// Takes one text or more, up to the next word with a hyphen: a mistyped option is no prompt.
final class PromptValues implements IParameterConsumer {
  @Override
  @SuppressWarnings("JdkObsolete") // the library's choice of a stack
  public void consumeParameters(Stack<String> args, ArgSpec option, CommandSpec command) {
    if (args.isEmpty() || command.optionsMap().containsKey(args.peek())) {
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
  }
}
