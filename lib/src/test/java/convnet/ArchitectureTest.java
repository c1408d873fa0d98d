package convnet;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;

import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchRule;

/** Imports point down only; convnet/package-info.java shows the house. */
@AnalyzeClasses(packages = "convnet", importOptions = ImportOption.DoNotIncludeTests.class)
class ArchitectureTest {
  @ArchTest static final ArchRule tensor = only("tensor");
  @ArchTest static final ArchRule conv = only("conv", "tensor");
  @ArchTest static final ArchRule data = only("data", "tensor");
  @ArchTest static final ArchRule check = only("check", "tensor");
  @ArchTest static final ArchRule layer = only("layer", "conv", "tensor");
  @ArchTest static final ArchRule optim = only("optim", "tensor");
  @ArchTest static final ArchRule net = only("net", "layer", "conv", "tensor");

  @ArchTest
  static final ArchRule train = only("train", "net", "optim", "layer", "conv", "data", "tensor");

  @ArchTest
  static final ArchRule jupyter =
      noClasses()
          .that()
          .resideOutsideOfPackage("convnet.jupyter")
          .should()
          .dependOnClassesThat()
          .resideInAnyPackage("convnet.jupyter", "io.github.spencerpark..");

  /** A package reads the JDK and the packages named, itself first. */
  private static ArchRule only(String self, String... others) {
    String[] allowed = new String[others.length + 4];
    allowed[0] = "java..";
    allowed[1] = "jdk.incubator.vector..";
    allowed[2] = "com.sun.management..";
    allowed[3] = "convnet." + self;
    for (int i = 0; i < others.length; i++) {
      allowed[4 + i] = "convnet." + others[i];
    }
    return classes()
        .that()
        .resideInAPackage("convnet." + self)
        .should()
        .onlyDependOnClassesThat()
        .resideInAnyPackage(allowed);
  }
}
