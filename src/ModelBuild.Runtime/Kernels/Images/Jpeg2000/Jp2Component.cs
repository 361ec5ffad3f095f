namespace ModelBuild.Kernels;

/// <summary>One component of a JPEG 2000 picture: red, green, blue, grey, or alpha.</summary>
/// <param name="Bits">The bits of a sample.</param>
/// <param name="IsSigned">Whether samples have a sign.</param>
/// <param name="StepX">The columns of the picture that a sample stands for.</param>
/// <param name="StepY">The rows of the picture that a sample stands for.</param>
internal readonly record struct Jp2Component(int Bits, bool IsSigned, int StepX, int StepY);
