namespace ModelBuild.Compiler.Tests.Conformance;

/// <summary>Tests whose stored outputs contradict the operator's specification, or are one of many that it allows; ours differ from them on purpose, and must.</summary>
internal static class BackendDeviations
{
    // The specification of align_corners divides by length_resized - 1, "the length of the resized tensor"; the stored outputs were made with the length before
    // it is rounded down. ONNX Runtime takes the rounded one, as we do.
    private const string AlignCorners = "Stored outputs use a fractional output length for align_corners.";

    // The inverse transforms were stored as computed in binary32: where the exact value is 0 they hold roundings of up to 1.9e-7, beyond the runner's absolute tolerance. Ours are
    // computed in binary64.
    private const string Rounding = "Stored outputs hold roundings of binary32 beyond the tolerance where the exact value is 0.";

    // The specification leaves the generator open; ours is that of docs/random-numbers.md.
    private const string Generator = "Stored outputs are random numbers of another generator.";

    private static readonly Dictionary<string, string> s_reasons = new(StringComparer.Ordinal)
    {
        ["node/test_resize_downsample_scales_cubic_align_corners"] = AlignCorners,
        ["node/test_resize_downsample_scales_linear_align_corners"] = AlignCorners,
        ["node/test_bernoulli_seed"] = Generator,
        ["node/test_bernoulli_seed_expanded"] = Generator,
        ["node/test_dft_inverse"] = Rounding,
        ["node/test_dft_inverse_opset19"] = Rounding,
    };

    /// <summary>Why the test's outputs are not ours, or null.</summary>
    public static string? ReasonOf(string test) => s_reasons.GetValueOrDefault(test);
}
