using System;

namespace ModelBuild.RealModels.App;

/// <summary>A predictor with its typed methods behind one shape, so that the same checks run on all.</summary>
internal abstract class AppModel<T>
    where T : unmanaged
{
    public abstract string Name { get; }

    public abstract IPredictor Predictor { get; }

    public abstract void Predict(ReadOnlySpan<T> input, T[][] outputs);

    /// <summary>Predicts with a predictor that has a thread for every processor.</summary>
    public abstract void PredictOnThreads(ReadOnlySpan<T> input, T[][] outputs);

    /// <summary>Predicts in a workspace of its own, twice.</summary>
    public abstract void PredictInWorkspace(ReadOnlySpan<T> input, T[][] outputs);

    public abstract void PredictBatch(int batch, ReadOnlySpan<T> inputs, T[][] outputs);

    /// <summary>Labels with scores, best first; none for a model without labels.</summary>
    public virtual int TopK(ReadOnlySpan<T> input, Span<LabelScore> destination) => 0;

    public virtual LabelScore Classify(ReadOnlySpan<T> input) => default;

    public T[][] NewOutputs(int batch = 1)
    {
        var outputs = new T[Predictor.Info.Outputs.Length][];
        for (int i = 0; i < outputs.Length; i++)
        {
            outputs[i] = new T[batch * Predictor.Info.Outputs[i].ItemLength];
        }

        return outputs;
    }

    public int InputLength => (int)Predictor.Info.Inputs[0].ItemLength;
}
