package convnet.jupyter;

import java.lang.instrument.ClassDefinition;
import java.lang.instrument.Instrumentation;
import java.lang.instrument.UnmodifiableClassException;

/**
 * Java's way to change the code of a class that is already loaded, while its static fields keep
 * their values. Java hands it out before {@code main}, since the jar's manifest names this class.
 */
public final class Agent {
  private static Instrumentation instrumentation;

  private Agent() {}

  /** Called by Java. */
  public static void agentmain(String arguments, Instrumentation given) {
    instrumentation = given;
  }

  /** Gives classes new code, all or none. */
  static void redefine(ClassDefinition... classes)
      throws ClassNotFoundException, UnmodifiableClassException {
    if (instrumentation == null) {
      throw new UnsupportedOperationException("started without java -jar");
    }
    instrumentation.redefineClasses(classes);
  }
}
