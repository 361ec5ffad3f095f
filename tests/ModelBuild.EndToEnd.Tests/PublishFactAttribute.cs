using System.Runtime.Intrinsics.X86;

namespace ModelBuild.EndToEnd.Tests;

/// <summary>A test that publishes with packages of the SDK, which are many megabytes: it is skipped, and says so, where they cannot be had.</summary>
[AttributeUsage(AttributeTargets.Method)]
internal sealed class PublishFactAttribute : FactAttribute
{
    private static readonly string[] s_linkers = ["clang", "gcc"];

    /// <summary>Skips unless all packages are there or can be fetched.</summary>
    /// <param name="packages">Their names; {0} stands for the runtime identifier.</param>
    public PublishFactAttribute(params string[] packages)
    {
        if (PublishPackages.Missing(packages) is { Length: > 0 } missing)
        {
            Skip = $"The package sources lack {string.Join(", ", missing)}.";
        }
    }

    /// <summary>True when the test also needs the system's linker, which the SDK does not bring.</summary>
    public bool NeedsLinker
    {
        get;
        set
        {
            field = value;
            string[] folders = (Environment.GetEnvironmentVariable("PATH") ?? "").Split(Path.PathSeparator);
            if (value && !OperatingSystem.IsWindows() && !s_linkers.Any(l => folders.Any(f => File.Exists(Path.Combine(f, l)))))
            {
                Skip = $"A native application needs one of {string.Join(", ", s_linkers)}.";
            }
        }
    }

    /// <summary>True when the test needs a processor with 512-bit integer dot products, on a system where they are used.</summary>
    public bool NeedsVnni512
    {
        get;
        set
        {
            field = value;
            bool isSystem = OperatingSystem.IsLinux() || OperatingSystem.IsWindows();
            if (value && !(isSystem && Avx512BW.IsSupported && (X86Base.CpuId(7, 0).Ecx >> 11 & 1) != 0))
            {
                Skip = "The processor has no AVX512_VNNI, or the system is one where it is not used.";
            }
        }
    }
}
