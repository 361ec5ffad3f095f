namespace ModelBuild.Kernels;

/// <summary>The three activation functions of an LSTM with their parameters.</summary>
internal readonly record struct LstmFunctions(
    RecurrentActivation F, float FAlpha, float FBeta, RecurrentActivation G, float GAlpha, float GBeta, RecurrentActivation H, float HAlpha, float HBeta)
{
    /// <summary>Whether they are sigmoid, tanh and tanh.</summary>
    internal bool ArePlain => F == RecurrentActivation.Sigmoid && G == RecurrentActivation.Tanh && H == RecurrentActivation.Tanh;
}
