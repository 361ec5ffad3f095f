namespace ModelBuild.Kernels;

/// <summary>How a number between two powers of 2 becomes one of them (ONNX Cast 24, round_mode).</summary>
public enum PowerRounding
{
    /// <summary>The larger one.</summary>
    Up,

    /// <summary>The smaller one.</summary>
    Down,

    /// <summary>The nearer one, the larger one halfway.</summary>
    Nearest,
}
