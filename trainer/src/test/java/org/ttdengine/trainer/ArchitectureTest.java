package org.ttdengine.trainer;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.fields;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.GeneralCodingRules.ACCESS_STANDARD_STREAMS;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;
import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.base.DescribedPredicate;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.domain.JavaMethodCall;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import java.io.ObjectInputStream;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What may depend on what. */
class ArchitectureTest {
    private static final String ROOT = "org.ttdengine.";

    /** The modules; each may use those before it. */
    private static final List<String> MODULES = List.of("kernels", "engine", "vit", "lora", "trainer", "bench");

    /** All of the program, without its tests; the class path has other modules as folders or as jars. */
    private static final JavaClasses PROGRAM = new ClassFileImporter()
            .withImportOption(new ImportOption.DoNotIncludeTests())
            .withImportOption(location -> !location.contains("-tests.jar"))
            .withImportOption(location -> !location.contains("/emulator"))
            .importPackages("org.ttdengine");

    private static final DescribedPredicate<JavaMethodCall> STARTS_A_PROCESS = DescribedPredicate.describe(
            "Runtime.exec",
            call -> call.getTargetOwner().isEquivalentTo(Runtime.class)
                    && call.getName().equals("exec"));

    @ParameterizedTest
    @ValueSource(strings = {"kernels", "engine", "vit", "lora", "trainer"})
    void theProgramIsSeen(String module) {
        assertThat(PROGRAM).anyMatch(type -> type.getPackageName().startsWith(ROOT + module));
        assertThat(PROGRAM).noneMatch(type -> type.getSimpleName().endsWith("Test"));
    }

    @Test
    void modulesUseOnlyThoseBeforeThem() {
        for (int module = 0; module < MODULES.size(); module++) {
            String[] later = MODULES.subList(module + 1, MODULES.size()).stream()
                    .map(name -> ROOT + name + "..")
                    .toArray(String[]::new);
            noClasses()
                    .that()
                    .resideInAPackage(ROOT + MODULES.get(module) + "..")
                    .should()
                    .dependOnClassesThat()
                    .resideInAnyPackage(later)
                    .allowEmptyShould(true)
                    .check(PROGRAM);
        }
    }

    /** The package that has a module's name is its front: it names the rooms behind it and is named by them. */
    @Test
    void roomsBehindTheFrontOfAModuleFormNoCycle() {
        slices().matching(ROOT + "(*).(**)").should().beFreeOfCycles().check(PROGRAM);
    }

    @Test
    void theEmulatedGpuIsForTestsOnly() {
        noClasses()
                .should()
                .dependOnClassesThat()
                .resideInAPackage(ROOT + "emulator..")
                .check(PROGRAM);
    }

    @Test
    void theDriverIsTheCudaBackendsOwnBusiness() {
        noClasses()
                .that()
                .resideOutsideOfPackage(ROOT + "engine.backend.cuda..")
                .should()
                .dependOnClassesThat()
                .resideInAPackage("jcuda..")
                .check(PROGRAM);
    }

    @Test
    void vectorsAreTheCpuBackendsOwnBusiness() {
        noClasses()
                .that()
                .resideOutsideOfPackage(ROOT + "engine.backend.cpu..")
                .should()
                .dependOnClassesThat()
                .resideInAPackage("jdk.incubator..")
                .check(PROGRAM);
    }

    @Test
    void onlyTheCommandLineWritesToTheStandardStreams() {
        noClasses()
                .that()
                .resideOutsideOfPackage("..cli..")
                .should(ACCESS_STANDARD_STREAMS)
                .check(PROGRAM);
    }

    @Test
    void onlyTheCommandLineParsesOptions() {
        noClasses()
                .that()
                .resideOutsideOfPackage("..cli..")
                .should()
                .dependOnClassesThat()
                .resideInAPackage("picocli..")
                .check(PROGRAM);
    }

    @Test
    void messagesReachTheCallerAndNotALogger() {
        noClasses()
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage("java.util.logging..", "org.slf4j..", "org.apache.commons.logging..")
                .check(PROGRAM);
    }

    @Test
    void nothingStaticChanges() {
        fields().that().areStatic().should().beFinal().check(PROGRAM);
    }

    @Test
    void nothingIsReflectedUpon() {
        noClasses()
                .should()
                .dependOnClassesThat()
                .resideInAPackage("java.lang.reflect..")
                .orShould()
                .callMethod(Class.class, "forName", String.class)
                .check(PROGRAM);
    }

    @Test
    void noJavaObjectIsDeserialised() {
        noClasses()
                .should()
                .dependOnClassesThat()
                .areAssignableTo(ObjectInputStream.class)
                .check(PROGRAM);
    }

    @Test
    void onlyTheLauncherStartsAProcess() {
        noClasses()
                .that()
                .resideOutsideOfPackage("..cli.launch..")
                .should()
                .dependOnClassesThat()
                .areAssignableTo(ProcessBuilder.class)
                .orShould()
                .callMethodWhere(STARTS_A_PROCESS)
                .check(PROGRAM);
    }
}
