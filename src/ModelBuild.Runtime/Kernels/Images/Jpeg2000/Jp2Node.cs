namespace ModelBuild.Kernels;

/// <summary>A node of a tag tree: the least of its leaves' values as far as it is known.</summary>
/// <param name="Low">What the value is not below.</param>
/// <param name="IsKnown">Whether it is the value.</param>
internal readonly record struct Jp2Node(int Low, bool IsKnown);
